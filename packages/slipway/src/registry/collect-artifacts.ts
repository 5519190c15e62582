import { fail } from '@slipway/core';
import type { ArtifactStore, Registry } from './ports.ts';
import type { Change, Digest } from './types.ts';

export interface CollectRequest {
  readonly registry: Registry;
  readonly store: ArtifactStore;
  /** Only what was written before this instant goes, in milliseconds since 1970. */
  readonly beforeMs: number;
  /** Looks only. */
  readonly isDry: boolean;
  readonly change: Change;
}

export interface Unused {
  readonly digest: Digest;
  readonly bytes: number;
}

export interface Collection {
  /** Files in the store, and how many of them a version names. */
  readonly files: number;
  readonly inUse: number;
  /** Named by no version, but written lately: they may belong to a push under way. */
  readonly young: number;
  /** Removed, or to be removed where it is only looked. */
  readonly unused: readonly Unused[];
  /** What stopped puts had left, and was removed. */
  readonly drafts: number;
}

/** What goes between two entries of the log. */
const batchFiles = 8;
/** How long a batch may take. A push that needs one of its files waits twice as long before it takes it for left. */
export const batchMsMax = 30_000;

/**
 * Removes from the store what no version names and is older than `beforeMs`. Which files go is in the log of the registry
 * before the first of them is removed, and no push names one of these until the log says that they are gone; then it puts
 * them again. So nothing hangs on a lock or a connection that may break meanwhile, and nobody waits for the store. The
 * age is there so that a push under way need not. Where the store fails, how much of a batch is gone is not known, and
 * its collection does not end: the next run looks again. Raises VERSION_NOT_FOUND for a registry that never held a model,
 * since it can hardly be the one that the store belongs to.
 */
export async function collectArtifacts(request: CollectRequest): Promise<Collection> {
  const { registry, store, beforeMs, isDry } = request;
  if ((await registry.models()).length === 0) {
    throw fail('VERSION_NOT_FOUND', {
      message: `The registry never held a model: every file in ${store.where} would go.`,
      where: registry.where,
      hint: 'Check that SLIPWAY_REGISTRY and SLIPWAY_ARTIFACTS belong together.',
    });
  }
  const named = await registry.digestsInUse();
  let [files, inUse, young] = [0, 0, 0];
  const found: Unused[] = [];
  for await (const { digest, bytes, modifiedMs } of store.list()) {
    files++;
    if (named.has(digest)) inUse++;
    // An age that nobody can tell is no age.
    else if (!(modifiedMs < beforeMs)) young++;
    else found.push({ digest, bytes });
  }
  if (isDry) return { files, inUse, young, unused: found, drafts: 0 };
  const removed = new Set<Digest>();
  for (let at = 0; at < found.length; at += batchFiles) {
    const batch = found.slice(at, at + batchFiles).map(({ digest }) => digest);
    for (const digest of await collectBatch(batch, request)) removed.add(digest);
  }
  const unused = found.filter(({ digest }) => removed.has(digest));
  return { files, inUse, young, unused, drafts: await store.removeDrafts(beforeMs) };
}

async function collectBatch(
  batch: readonly Digest[],
  { registry, store, change }: CollectRequest,
): Promise<readonly Digest[]> {
  // Counted from before the beginning: nobody can have waited longer for its end.
  const signal = AbortSignal.timeout(batchMsMax);
  const begun = await registry.beginCollection(batch, change);
  if (begun === null) return [];
  const removed: Digest[] = [];
  for (const digest of begun.digests) {
    // A machine that slept may find its collection ended by somebody who waited for it.
    if (signal.aborted || !(await registry.isCollecting(begun.sequence))) break;
    if (await store.delete(digest, signal)) removed.push(digest);
  }
  await registry.endCollection(begun.sequence, removed, change);
  return removed;
}
