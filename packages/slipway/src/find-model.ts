import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fail, type Launch } from '@slipway/core';
import { filesBeside, type ModelFiles } from './artifact/model-files.ts';
import { findVersion, parseReference } from './registry/model-reference.ts';
import { registryOf, registryPlace, type Surroundings, storeOf } from './registry/place.ts';
import type { Version } from './registry/types.ts';

/** Where a model comes from: a launch file on the disk, or a version of the registry. */
export interface FoundModel {
  /** What messages call the launch file. */
  readonly name: string;
  readonly launchPath: string;
  /** The files, once the launch file is read. */
  files(launch: Launch): ModelFiles;
  /** The version, where it comes from the registry. */
  readonly version: Version | null;
}

/**
 * Finds the model that a text names: the path of a launch file, or `NAME@VERSION` or `NAME@ALIAS` of the registry where
 * there is no such file. Raises what the registry and the artifact store raise; that a file is not there is for its
 * reader to say.
 */
export async function findModel(text: string, surroundings: Surroundings): Promise<FoundModel> {
  const reference = parseReference(text);
  const launchPath = resolve(surroundings.folder, text);
  if (reference === null || (await isThere(launchPath))) {
    return { name: text, launchPath, files: (launch) => filesBeside(launchPath, launch), version: null };
  }
  const registry = await registryOf(surroundings);
  try {
    return await fromRegistry(await findVersion(registry, reference), surroundings);
  } finally {
    await registry.close();
  }
}

/** A version with its files brought here. */
async function fromRegistry(version: Version, surroundings: Surroundings): Promise<FoundModel> {
  const { fetchVersion } = await import('./registry/fetch-version.ts');
  const files = await fetchVersion(version, await storeOf(surroundings), registryPlace(surroundings).cache);
  const name = `${version.model}@${version.version}`;
  return {
    name,
    launchPath: files.launch,
    version,
    files(launch) {
      if (launch.model === version.model && launch.version === version.version) return files;
      throw fail('REGISTRY_CORRUPT', {
        message: `The launch file of ${name} is of ${launch.model} ${launch.version}.`,
        where: name,
        hint: 'Push the version again under a new number.',
      });
    },
  };
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
