import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketCount } from './index.ts';
import { appendRanges, type BucketRange, freeRanges, keepFirst, rangesSize } from './ranges.ts';
import { paddedLength, sha256Prefix } from './sha256-prefix.ts';

test('what is kept of ranges is their beginning, in their order', () => {
  const ranges: BucketRange[] = [
    [10, 20],
    [0, 5],
  ];
  expect(keepFirst(ranges, 12)).toEqual([
    [10, 20],
    [0, 2],
  ]);
  expect(keepFirst(ranges, 0)).toEqual([]);
  expect(keepFirst(ranges, 99)).toEqual(ranges);
});

test('what touches the last range becomes one with it, and nothing else does', () => {
  expect(
    appendRanges(
      [[0, 5]],
      [
        [5, 7],
        [9, 11],
        [8, 9],
      ],
    ),
  ).toEqual([
    [0, 7],
    [9, 11],
    [8, 9],
  ]);
});

test('ranges and what is free beside them are all buckets, whatever the ranges', () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 0, max: bucketCount }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(cuts, fc.boolean(), (places, isFirst) => {
      const edges = [0, ...places.toSorted((a, b) => a - b), bucketCount];
      const parts = edges.slice(1).map((until, at): BucketRange => [edges[at] as number, until]);
      const taken = parts.filter(([from, until], at) => from < until && at % 2 === Number(isFirst));
      const free = freeRanges(taken.toReversed());
      expect(rangesSize(taken) + rangesSize(free)).toBe(bucketCount);
      for (const [from] of free) {
        expect(taken.some(([start, end]) => from >= start && from < end)).toBe(false);
      }
    }),
    { seed: 8 },
  );
});

test('the prefix of a digest is that of another SHA-256, of any bytes and of every length about the block edges', () => {
  for (let length = 0; length < 200; length++) {
    const message = Uint8Array.from({ length }, (_, at) => (at * 151 + length * 7) & 0xff);
    const room = new Uint8Array(paddedLength(length)).fill(0xff);
    room.set(message);
    const digest = createHash('sha256').update(message).digest();
    expect(sha256Prefix(room, length), `length ${length}`).toBe(digest.readUInt32BE(0));
    expect(paddedLength(length) % 64).toBe(0);
  }
});
