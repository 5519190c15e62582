import { resolve } from 'node:path';
import { fail, isSlipwayError, type Launch } from '@slipway/core';
import { filesBeside, type ModelFiles } from './artifact/model-files.ts';
import { keepLastKnown, type LastKnown, lastKnownVersion } from './registry/last-known.ts';
import { findVersion, type ModelReference, parseReference } from './registry/model-reference.ts';
import { registryOf, registryPlace, type Surroundings, storeOf, surroundingsInForce } from './registry/place.ts';
import type { Version } from './registry/types.ts';
import { systemClock } from './system/clock.ts';
import { isThere } from './system/is-there.ts';

/** Where a model comes from: a launch file on the disk, or a version of the registry. */
export interface FoundModel {
  /** What messages call the launch file. */
  readonly name: string;
  readonly launchPath: string;
  /** The files, once the launch file is read. */
  files(launch: Launch): ModelFiles;
  /** The version, where it comes from the registry. */
  readonly version: Version | null;
  /** Where the registry did not answer, and its last word is taken. */
  readonly lastKnown: LastKnown | null;
}

export interface FindOptions {
  /** Whether the last word of a registry that does not answer is good enough. */
  readonly orLastKnown?: boolean;
}

/**
 * Finds the model that a text names: the path of a launch file, or `NAME@VERSION` or `NAME@ALIAS` of the registry where
 * there is no such file; which registry, all settings say, as for a command. Raises what the registry, the artifact store
 * and the settings raise; that a file is not there is for its reader to say.
 */
export async function findModel(
  text: string,
  surroundings: Surroundings,
  { orLastKnown = false }: FindOptions = {},
): Promise<FoundModel> {
  const reference = parseReference(text);
  const launchPath = resolve(surroundings.folder, text);
  if (reference === null || (await isThere(launchPath))) {
    const files = (launch: Launch) => filesBeside(launchPath, launch);
    return { name: text, launchPath, files, version: null, lastKnown: null };
  }
  const settled = await surroundingsInForce(surroundings);
  const place = registryPlace(settled);
  try {
    const version = await askRegistry(reference, settled);
    await keepLastKnown(place, reference, version, new Date(systemClock.wallMs()).toISOString());
    return await fromRegistry(version, settled, null);
  } catch (error) {
    if (!orLastKnown || !isSlipwayError(error) || error.code !== 'REGISTRY_UNAVAILABLE') throw error;
    const known = await lastKnownVersion(place, reference);
    if (known === null) throw error;
    return fromRegistry(known.version, settled, { at: known.at, error });
  }
}

async function askRegistry(reference: ModelReference, surroundings: Surroundings): Promise<Version> {
  const registry = await registryOf(surroundings);
  try {
    return await findVersion(registry, reference);
  } finally {
    await registry.close();
  }
}

/** A version with its files brought here. */
async function fromRegistry(
  version: Version,
  surroundings: Surroundings,
  lastKnown: LastKnown | null,
): Promise<FoundModel> {
  const { fetchVersion } = await import('./registry/fetch-version.ts');
  const files = await fetchVersion(version, await storeOf(surroundings), registryPlace(surroundings).cache);
  const name = `${version.model}@${version.version}`;
  return {
    name,
    launchPath: files.launch,
    version,
    lastKnown,
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
