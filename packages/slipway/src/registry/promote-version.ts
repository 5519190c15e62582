import { fail, parseLaunch } from '@slipway/core';
import { instantText } from '../system/wording.ts';
import type { ArtifactStore, Registry } from './ports.ts';
import type { Alias, Change, Promotion, Version } from './types.ts';
import { demandIntact } from './version-files.ts';

export interface PromoteVersion {
  readonly version: Version;
  readonly alias: string;
  /** The version that the alias is believed to point to; left out, any. */
  readonly expect?: string | undefined;
  readonly change: Change;
}

/**
 * Points an alias to a version, once all its files have been read and are what their digests say. Whoever moved the alias between the look at it and the
 * move is not overrun: REGISTRY_CONFLICT, as it is where `expect` is not what is there. `production` waits for a second
 * person where the launch file or the model asks for it. Raises ARTIFACT_NOT_FOUND, ARTIFACT_DIGEST_MISMATCH,
 * STORE_UNAVAILABLE.
 */
export async function promoteVersion(
  registry: Registry,
  store: ArtifactStore,
  { version, alias, expect, change }: PromoteVersion,
): Promise<Promotion> {
  // The history before the alias: what moves between the two looks is a conflict, and no move that nobody saw.
  const moves = await registry.history(version.model, alias);
  const seenRevision = moves[moves.length - 1]?.revision ?? 0;
  const seen = await aliasOrNull(registry, version.model, alias);
  checkExpected(version.model, alias, expect, seen);
  // Better told now than by a server that starts at night.
  await demandIntact(version, store);
  const approve = alias === 'production' && (await asksForApproval(version, store));
  return registry.promote(version.model, version.version, { ...change, expected: seenRevision, alias, approve });
}

/** The alias as it is now; null where it is not there. */
export async function aliasOrNull(registry: Registry, model: string, alias: string): Promise<Alias | null> {
  const aliases = await registry.aliases(model);
  return aliases.find((each) => each.alias === alias) ?? null;
}

/** Raises REGISTRY_CONFLICT where the alias does not point to what the caller believes. */
export function checkExpected(model: string, alias: string, expect: string | undefined, seen: Alias | null): void {
  if (expect === undefined || seen?.version === expect) return;
  const by = seen === null ? '' : `, moved there by ${seen.by.id} at ${instantText(seen.movedAt)}`;
  throw fail('REGISTRY_CONFLICT', {
    message: `${model}@${alias} was expected to be ${expect}, and is ${seen?.version ?? 'not there'}${by}.`,
    where: `${model}@${alias}`,
    hint: `Look at \`slipway versions ${model}\`, and do it again if it is still wanted.`,
  });
}

async function asksForApproval(version: Version, store: ArtifactStore): Promise<boolean> {
  const text = Buffer.from(await store.get(version.launch)).toString('utf8');
  return parseLaunch(text, `${version.model}@${version.version}`).rollout?.approve ?? false;
}
