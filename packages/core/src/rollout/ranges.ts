import { bucketCount } from './bucket.ts';

/** Buckets from the first number up to, not with, the second; whole numbers, 0 to 2^32. */
export type BucketRange = readonly [from: number, until: number];

export function rangesSize(ranges: readonly BucketRange[]): number {
  return ranges.reduce((size, [from, until]) => size + until - from, 0);
}

/** The first `size` buckets of `ranges`: who falls out is at the end. */
export function keepFirst(ranges: readonly BucketRange[], size: number): BucketRange[] {
  const kept: BucketRange[] = [];
  let left = size;
  for (const [from, until] of ranges) {
    if (left <= 0) break;
    kept.push([from, Math.min(until, from + left)]);
    left -= until - from;
  }
  return kept;
}

/** What none of `taken` holds, ascending. */
export function freeRanges(taken: readonly BucketRange[]): BucketRange[] {
  const free: BucketRange[] = [];
  let at = 0;
  for (const [from, until] of [...taken].sort(([a], [b]) => a - b)) {
    if (from > at) free.push([at, from]);
    at = Math.max(at, until);
  }
  if (at < bucketCount) free.push([at, bucketCount]);
  return free;
}

/** Puts ranges behind those that are there, in the order in which they were given; what touches becomes one. */
export function appendRanges(ranges: readonly BucketRange[], more: readonly BucketRange[]): BucketRange[] {
  const joined = [...ranges];
  for (const range of more) {
    const last = joined.at(-1);
    if (last !== undefined && last[1] === range[0]) joined[joined.length - 1] = [last[0], range[1]];
    else joined.push(range);
  }
  return joined;
}
