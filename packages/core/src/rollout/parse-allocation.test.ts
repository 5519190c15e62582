import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSlipwayError } from '../errors/index.ts';
import { type Allocation, assignArm, bucketCount, createAllocation, parseAllocation, reallocate } from './index.ts';

const half = bucketCount / 2;
const good = createAllocation({
  salt: 'rollout-7',
  arms: [
    { name: 'a', share: 0.5 },
    { name: 'b', share: 0.25 },
  ],
  rest: 'stable',
});
const [a, b] = good.arms;

const bad: readonly (readonly [string, string, unknown])[] = [
  ['ALLOCATION_INVALID', 'An allocation is a JSON object.', null],
  ['ALLOCATION_INVALID', 'An allocation is a JSON object.', [good]],
  ['ALLOCATION_INVALID', 'hashVersion is undefined; this Slipway assigns by version 1.', {}],
  ['ALLOCATION_INVALID', 'hashVersion is "1"; this Slipway assigns by version 1.', { ...good, hashVersion: '1' }],
  ['ALLOCATION_INVALID', 'hashVersion is 0; this Slipway assigns by version 1.', { ...good, hashVersion: 0 }],
  ['ALLOCATION_VERSION', 'hashVersion is 2; this Slipway assigns by version 1.', { ...good, hashVersion: 2, more: 1 }],
  ['ALLOCATION_INVALID', 'the allocation has the field "seed", which is unknown.', { ...good, seed: 1 }],
  ['ALLOCATION_INVALID', 'salt must be a text without a colon.', { ...good, salt: 'a:b' }],
  ['ALLOCATION_INVALID', 'salt must be a text without a colon.', { ...good, salt: 7 }],
  ['ALLOCATION_INVALID', 'rest must be the name of an arm, or null.', { ...good, rest: undefined }],
  ['ALLOCATION_INVALID', 'rest must be the name of an arm, or null.', { ...good, rest: '' }],
  ['ALLOCATION_INVALID', 'arms must be a list of at most 1000.', { ...good, arms: {} }],
  ['ALLOCATION_INVALID', 'arms must be a list of at most 1000.', { ...good, arms: new Array(1001).fill(a) }],
  ['ALLOCATION_INVALID', 'In arms, not every arm is named once.', { ...good, rest: 'a' }],
  ['ALLOCATION_INVALID', 'In arms, not every arm is named once.', { ...good, arms: [a, { ...b, name: 'a' }] }],
  ['ALLOCATION_INVALID', 'arms[1] must be an object.', { ...good, arms: [a, null] }],
  ['ALLOCATION_INVALID', 'arms[0] has the field "weight", which is unknown.', withArm({ weight: 1 })],
  ['ALLOCATION_INVALID', 'arms[0].name must be a text that is not empty.', withArm({ name: '' })],
  ['ALLOCATION_INVALID', 'arms[0].share is 1.5; it must be a number of 0 to 1.', withArm({ share: 1.5 })],
  ['ALLOCATION_INVALID', 'arms[0].share is -0.1; it must be a number of 0 to 1.', withArm({ share: -0.1 })],
  ['ALLOCATION_INVALID', 'arms[0].share is null; it must be a number of 0 to 1.', withArm({ share: null })],
  ['ALLOCATION_INVALID', 'arms[0].ranges must be a list.', withArm({ ranges: '0-1' })],
  [
    'ALLOCATION_INVALID',
    'arms[0] holds 2147483648 buckets, and its share of 0.4 is 1717986918.',
    withArm({ share: 0.4 }),
  ],
  [
    'ALLOCATION_INVALID',
    'b has twice the buckets from 2147483648 to 2684354560.',
    withRanges('b', [
      [half, half + half / 4],
      [half, half + half / 4],
    ]),
  ],
  [
    'ALLOCATION_INVALID',
    'a and b both have the buckets from 2147483647 to 2147483648.',
    withRanges('b', [[half - 1, half + half / 2 - 1]]),
  ],
  ...[
    [[1, 0]],
    [[5, 5]],
    [[-1, half]],
    [[0.5, half]],
    [[0, bucketCount + 1]],
    [[0]],
    [[0, 1, 2]],
    [['0', '1']],
    [7],
  ].map(
    (ranges) =>
      [
        'ALLOCATION_INVALID',
        `arms[0].ranges[0] is ${JSON.stringify(ranges[0])}; it must be two whole numbers, ascending, of 0 to 4294967296.`,
        withRanges('a', ranges),
      ] as const,
  ),
];

function withArm(change: Record<string, unknown>): unknown {
  return { ...good, arms: [{ ...a, ...change }, b] };
}

function withRanges(name: string, ranges: unknown): unknown {
  return { ...good, arms: good.arms.map((arm) => (arm.name === name ? { ...arm, ranges } : arm)) };
}

test.each(bad)('a stored allocation is refused as %s: %s', (code, message, value) => {
  expect(refusal(value)).toEqual({ code, message, where: 'record rollout/7' });
});

function refusal(value: unknown): unknown {
  try {
    return parseAllocation(value, 'record rollout/7');
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    return { code: error.code, message: error.message, where: error.where };
  }
}

const names = ['a', 'b', 'c', 'd'];
const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });

/** Allocations as a rollout makes them: some changes of shares, one after another. */
const allocations = fc.array(weights, { maxLength: 6 }).map((changes) => {
  const start = createAllocation({ salt: 's', arms: [], rest: null });
  return changes.reduce((allocation: Allocation, each) => {
    const whole = each.reduce((sum, weight) => sum + weight, 0) || 1;
    return reallocate(
      allocation,
      names.map((name, at) => ({ name, share: each[at] / whole })),
    );
  }, start);
});

test('whatever the changes, an allocation reads back from its JSON as it was, and assigns the same', () => {
  fc.assert(
    fc.property(allocations, fc.string(), (allocation, unit) => {
      const read = parseAllocation(JSON.parse(JSON.stringify(allocation)), 'a record');
      expect(read).toEqual(JSON.parse(JSON.stringify(allocation)));
      expect(assignArm(read, unit)).toEqual(assignArm(allocation, unit));
    }),
    { seed: 5, numRuns: 400 },
  );
});

test('one number of a stored allocation changed by more than rounding is always seen', () => {
  const changes = fc.record({ pick: fc.nat(), by: fc.integer({ min: 3000, max: 2 ** 32 }), down: fc.boolean() });
  fc.assert(
    fc.property(allocations, changes, (allocation, { pick, by, down }) => {
      const edges = allocation.arms.flatMap(({ ranges }, arm) =>
        ranges.flatMap((_, at) => [0, 1].map((end) => ({ arm, at, end }))),
      );
      fc.pre(edges.length > 0);
      const stored = JSON.parse(JSON.stringify(allocation));
      const { arm, at, end } = edges[pick % edges.length];
      stored.arms[arm].ranges[at][end] += down ? -by : by;
      expect(() => parseAllocation(stored, 'a record')).toThrow();
    }),
    { seed: 6, numRuns: 400 },
  );
});
