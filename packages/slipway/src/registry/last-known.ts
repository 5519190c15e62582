import { createHash, randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SlipwayError } from '@slipway/core';
import { masked } from '../settings/mask.ts';
import { makeFolder } from '../system/make-folder.ts';
import type { ModelReference } from './model-reference.ts';
import type { RegistryPlace } from './place.ts';
import type { Instant, Version } from './types.ts';

/** A version that is used without having asked the registry, which did not answer. */
export interface LastKnown {
  /** When the registry last said that the reference leads to this version. */
  readonly at: Instant;
  /** Why it is not asked now: REGISTRY_UNAVAILABLE. */
  readonly error: SlipwayError;
}

interface Kept {
  readonly registry: string;
  readonly reference: ModelReference;
  readonly at: Instant;
  readonly version: Version;
}

/**
 * Keeps where a reference leads, for a start while the registry does not answer. Whoever can't write it goes on without:
 * it is what the registry says that counts, and that is known.
 */
export async function keepLastKnown(
  place: RegistryPlace,
  reference: ModelReference,
  version: Version,
  at: Instant,
): Promise<void> {
  const kept: Kept = { registry: addressOf(place), reference, at, version };
  await writeQuietly(fileOf(place, reference), kept);
}

/** The same for the models that the registry says are switched off. */
export async function keepLastSwitches(place: RegistryPlace, models: ReadonlySet<string>): Promise<void> {
  await writeQuietly(switchesFile(place), { registry: addressOf(place), models: [...models].sort() });
}

/** Empty where nothing is known. */
export async function lastSwitches(place: RegistryPlace): Promise<ReadonlySet<string>> {
  try {
    const { registry, models } = JSON.parse(await readFile(switchesFile(place), 'utf8'));
    return new Set(registry === addressOf(place) && Array.isArray(models) ? models.map(String) : []);
  } catch {
    return new Set();
  }
}

function switchesFile(place: RegistryPlace): string {
  const digest = createHash('sha256').update(addressOf(place));
  return join(place.cache, 'switches', `${digest.digest('hex')}.json`);
}

/** All of it or nothing, also where several processes write at once. */
async function writeQuietly(file: string, document: object): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.draft`;
  try {
    await makeFolder(dirname(file));
    await writeFile(draft, JSON.stringify(document));
    await rename(draft, file);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

/** Where the reference led when this registry last said so on this machine; null where that is not known. */
export async function lastKnownVersion(place: RegistryPlace, reference: ModelReference): Promise<Kept | null> {
  try {
    const kept = JSON.parse(await readFile(fileOf(place, reference), 'utf8')) as Partial<Kept>;
    const { registry, at, version } = kept;
    const isOurs = registry === addressOf(place) && version?.model === reference.model;
    return isOurs && typeof at === 'string' ? (kept as Kept) : null;
  } catch {
    // Not there, or not whole: then it is not known.
    return null;
  }
}

function fileOf(place: RegistryPlace, { model, at }: ModelReference): string {
  const digest = createHash('sha256').update(JSON.stringify([addressOf(place), model, at]));
  return join(place.cache, 'references', `${digest.digest('hex')}.json`);
}

/** Without its password, which has no place in a cache. */
function addressOf({ registry }: RegistryPlace): string {
  return masked(registry, false);
}
