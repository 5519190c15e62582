import { fail } from '../errors/index.ts';
import { type AllocatedArm, type Allocation, armsMax, checkedShares } from './allocation.ts';
import { bucketCount, hashVersion } from './bucket.ts';
import { type BucketRange, rangesSize } from './ranges.ts';

/**
 * Reads an allocation that was stored as JSON; `where` says where it came from, for messages. Whoever assigns by a wrong
 * one moves users between variants, so nothing is guessed or mended: every range is whole and within the buckets, no two
 * have a bucket in common, what an arm holds is its share, and no field is unknown. Raises ALLOCATION_VERSION for a hash
 * version of a later Slipway, and ALLOCATION_INVALID.
 */
export function parseAllocation(value: unknown, where: string): Allocation {
  const invalid: Invalid = (message) => fail('ALLOCATION_INVALID', { message, where });
  if (!isObject(value)) throw invalid('An allocation is a JSON object.');
  if (value.hashVersion !== hashVersion) throw wrongVersion(value.hashVersion, where);
  onlyFields(value, ['hashVersion', 'salt', 'arms', 'rest'], 'the allocation', invalid);
  const { salt, rest } = value;
  if (typeof salt !== 'string' || salt.includes(':')) throw invalid('salt must be a text without a colon.');
  if (rest !== null && !isName(rest)) throw invalid('rest must be the name of an arm, or null.');
  if (!Array.isArray(value.arms) || value.arms.length > armsMax) {
    throw invalid(`arms must be a list of at most ${armsMax}.`);
  }
  const arms = value.arms.map((arm, at) => readArm(arm, `arms[${at}]`, invalid));
  const fault = checkedShares(arms, rest);
  if (fault !== null) throw invalid(`In arms, ${fault}.`);
  refuseOverlap(arms, invalid);
  return { hashVersion, salt, arms, rest };
}

type Invalid = (message: string) => Error;
type Json = Record<string, unknown>;

/** Buckets that an arm may hold beside its share: what rounding leaves over of as many arms as there may be. */
const roundingMax = armsMax + 24;

function wrongVersion(version: unknown, where: string): Error {
  const message = `hashVersion is ${JSON.stringify(version)}; this Slipway assigns by version ${hashVersion}.`;
  const isLater = typeof version === 'number' && Number.isInteger(version) && version > hashVersion;
  return fail(isLater ? 'ALLOCATION_VERSION' : 'ALLOCATION_INVALID', { message, where });
}

function readArm(value: unknown, place: string, invalid: Invalid): AllocatedArm {
  if (!isObject(value)) throw invalid(`${place} must be an object.`);
  onlyFields(value, ['name', 'share', 'ranges'], place, invalid);
  const { name, share, ranges } = value;
  if (!isName(name)) throw invalid(`${place}.name must be a text that is not empty.`);
  if (typeof share !== 'number' || !(share >= 0 && share <= 1)) {
    throw invalid(`${place}.share is ${JSON.stringify(share)}; it must be a number of 0 to 1.`);
  }
  if (!Array.isArray(ranges)) throw invalid(`${place}.ranges must be a list.`);
  const read = ranges.map((range, at) => readRange(range, `${place}.ranges[${at}]`, invalid));
  const size = rangesSize(read);
  if (Math.abs(size - share * bucketCount) > roundingMax) {
    throw invalid(`${place} holds ${size} buckets, and its share of ${share} is ${Math.floor(share * bucketCount)}.`);
  }
  return { name, share, ranges: read };
}

function readRange(value: unknown, place: string, invalid: Invalid): BucketRange {
  const [from, until, ...more] = Array.isArray(value) ? value : [];
  const isRange = Number.isInteger(from) && Number.isInteger(until) && more.length === 0;
  if (!isRange || from < 0 || from >= until || until > bucketCount) {
    throw invalid(
      `${place} is ${JSON.stringify(value)}; it must be two whole numbers, ascending, of 0 to ${bucketCount}.`,
    );
  }
  return [from, until];
}

/** Ranges stand in the order in which they were taken, so they are put in the order of their buckets first. */
function refuseOverlap(arms: readonly AllocatedArm[], invalid: Invalid): void {
  const all = arms.flatMap(({ name, ranges }) => ranges.map(([from, until]) => ({ name, from, until })));
  all.sort((one, other) => one.from - other.from);
  for (const [at, { name, from, until }] of all.entries()) {
    const before = all[at - 1];
    if (before === undefined || before.until <= from) continue;
    const both = before.name === name ? `${name} has twice` : `${before.name} and ${name} both have`;
    throw invalid(`${both} the buckets from ${from} to ${Math.min(before.until, until)}.`);
  }
}

function onlyFields(value: Json, known: readonly string[], place: string, invalid: Invalid): void {
  const unknown = Object.keys(value).find((field) => !known.includes(field));
  if (unknown !== undefined) throw invalid(`${place} has the field ${JSON.stringify(unknown)}, which is unknown.`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
