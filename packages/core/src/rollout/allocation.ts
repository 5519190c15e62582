import { assert } from '../errors/index.ts';
import { bucketCount, bucketOf, hashVersion } from './bucket.ts';
import { appendRanges, type BucketRange, freeRanges, keepFirst, rangesSize } from './ranges.ts';

/** Who gets what, as it is stored: JSON. Ranges of different arms have no bucket in common. */
export interface Allocation {
  readonly hashVersion: typeof hashVersion;
  readonly salt: string;
  readonly arms: readonly AllocatedArm[];
  /** The arm of every bucket that no range holds; null: such units take no part. */
  readonly rest: string | null;
}

export interface ArmShare {
  readonly name: string;
  /** Share of all units, 0 to 1. */
  readonly share: number;
}

export interface AllocatedArm extends ArmShare {
  /** In the order in which they were taken: when the share falls, what was taken last goes first. */
  readonly ranges: readonly BucketRange[];
}

export interface Assignment {
  readonly bucket: number;
  readonly arm: string | null;
}

/** Arms of one allocation; more are no experiment, and rounding would move what a share is. */
export const armsMax = 1000;

/** Shares that sum to this near 1 take every bucket. */
const fullWithin = 1e-9;

export function createAllocation(options: {
  readonly salt: string;
  readonly arms: readonly ArmShare[];
  readonly rest: string | null;
}): Allocation {
  assert(!options.salt.includes(':'), 'a salt has no colon');
  return reallocate({ hashVersion, salt: options.salt, arms: [], rest: options.rest }, options.arms);
}

/**
 * The allocation with other shares. An arm whose share does not fall keeps every bucket that it has; what it gains,
 * and what a new arm gets, was nobody's (or was given up by an arm whose share falls). An arm that is not named any
 * more gives all up. Shares that sum to 1 leave no bucket over: what rounding left goes to an arm that has grown.
 */
export function reallocate(allocation: Allocation, shares: readonly ArmShare[]): Allocation {
  const fault = checkedShares(shares, allocation.rest);
  assert(fault === null, `of the arms of an allocation, ${fault}`);
  const total = shares.reduce((sum, { share }) => sum + share, 0);
  const before = new Map(allocation.arms.map((arm) => [arm.name, arm]));
  const kept = shares.map(({ name, share }) => keepShare(name, share, before.get(name)));
  const arms = kept.map((arm) => ({ ...arm }));
  for (const arm of arms) {
    const wanted = Math.floor(arm.share * bucketCount) - rangesSize(arm.ranges);
    if (wanted > 0) arm.ranges = grow(arms, arm.ranges, wanted);
  }
  const closing = arms.findLast((arm) => arm.share > (before.get(arm.name)?.share ?? 0));
  if (Math.abs(total - 1) <= fullWithin && closing !== undefined) {
    closing.ranges = grow(arms, closing.ranges, bucketCount);
  }
  return { ...allocation, arms };
}

/** The arm of a unit. The same for the same allocation, in every process and language. */
export function assignArm(allocation: Allocation, unit: string): Assignment {
  assert(allocation.hashVersion === hashVersion, 'the hash version of the allocation is known');
  const bucket = bucketOf(allocation.salt, unit);
  return { bucket, arm: armOfBucket(allocation, bucket) };
}

export function armOfBucket(allocation: Allocation, bucket: number): string | null {
  for (const arm of allocation.arms) {
    for (const [from, until] of arm.ranges) if (bucket >= from && bucket < until) return arm.name;
  }
  return allocation.rest;
}

function keepShare(name: string, share: number, before: AllocatedArm | undefined): AllocatedArm {
  const ranges = before?.ranges ?? [];
  const falls = before !== undefined && share < before.share;
  return { name, share, ranges: falls ? keepFirst(ranges, Math.floor(share * bucketCount)) : ranges };
}

function grow(arms: readonly AllocatedArm[], ranges: readonly BucketRange[], size: number): readonly BucketRange[] {
  const free = freeRanges(arms.flatMap((arm) => arm.ranges));
  return appendRanges(ranges, keepFirst(free, size));
}

/** What is wrong with these shares, in words; null where nothing is. */
export function checkedShares(shares: readonly ArmShare[], rest: string | null): string | null {
  const names = new Set(shares.map(({ name }) => name));
  if (names.size !== shares.length || (rest !== null && names.has(rest))) return 'not every arm is named once';
  if (shares.length > armsMax) return `there are more than ${armsMax}`;
  if (!shares.every(({ share }) => share >= 0 && share <= 1)) return 'not every share is 0 to 1';
  const total = shares.reduce((sum, { share }) => sum + share, 0);
  return total <= 1 + fullWithin ? null : `the shares sum to ${total}, not at most 1`;
}
