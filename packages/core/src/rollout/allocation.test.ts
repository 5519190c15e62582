import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { type Allocation, armOfBucket, assignArm, bucketCount, createAllocation, reallocate } from './index.ts';
import { rangesSize } from './ranges.ts';

const canary = (share: number) => [{ name: 'candidate', share }];

function sizes(allocation: Allocation): Record<string, number> {
  return Object.fromEntries(allocation.arms.map((arm) => [arm.name, rangesSize(arm.ranges)]));
}

test('an arm holds the buckets of its share from 0 on, and the rest has all others', () => {
  const allocation = createAllocation({ salt: 's', arms: canary(0.25), rest: 'production' });
  expect(allocation.arms).toEqual([{ name: 'candidate', share: 0.25, ranges: [[0, bucketCount / 4]] }]);
  expect(armOfBucket(allocation, bucketCount / 4 - 1)).toBe('candidate');
  expect(armOfBucket(allocation, bucketCount / 4)).toBe('production');
  expect(armOfBucket(allocation, bucketCount - 1)).toBe('production');
});

test('nobody leaves the candidate while its share grows, and it is all at 1', () => {
  const units = Array.from({ length: 2000 }, (_, unit) => `user-${unit}`);
  let allocation = createAllocation({ salt: 'rollout', arms: canary(0), rest: 'production' });
  let inside = new Set<string>();
  for (const share of [0.001, 0.01, 0.05, 0.1, 0.3, 1 / 3, 0.5, 0.77, 1]) {
    allocation = reallocate(allocation, canary(share));
    const now = new Set(units.filter((unit) => assignArm(allocation, unit).arm === 'candidate'));
    expect([...inside].filter((unit) => !now.has(unit))).toEqual([]);
    inside = now;
  }
  expect(inside.size).toBe(units.length);
  expect(armOfBucket(allocation, bucketCount - 1)).toBe('candidate');
});

test('shares of thirds leave no bucket over: the last range is closed', () => {
  const arms = ['a', 'b', 'c'].map((name) => ({ name, share: 1 / 3 }));
  const allocation = createAllocation({ salt: 's', arms, rest: null });
  expect(Object.values(sizes(allocation)).reduce((sum, size) => sum + size)).toBe(bucketCount);
  expect(armOfBucket(allocation, bucketCount - 1)).toBe('c');
});

test('a new arm takes from nobody', () => {
  const before = createAllocation({
    salt: 's',
    arms: [
      { name: 'a', share: 0.25 },
      { name: 'b', share: 0.25 },
    ],
    rest: null,
  });
  const after = reallocate(before, [...before.arms, { name: 'c', share: 0.5 }]);
  expect(after.arms.slice(0, 2)).toEqual(before.arms);
  expect(after.arms[2].ranges).toEqual([[bucketCount / 2, bucketCount]]);
});

test('an arm that falls gives up what it took last, and has it back when it grows again', () => {
  const start = createAllocation({ salt: 's', arms: canary(0.5), rest: 'production' });
  const fallen = reallocate(start, canary(0.125));
  expect(fallen.arms[0].ranges).toEqual([[0, bucketCount / 8]]);
  expect(reallocate(fallen, canary(0.5))).toEqual(start);
});

test('over thousands of random changes arms never overlap, and who does not fall loses nothing', () => {
  for (let seed = 0; seed < 2000; seed++) checkRandomChanges(new Random(seed), `seed ${seed}`);
});

function checkRandomChanges(random: Random, label: string): void {
  let allocation = createAllocation({ salt: 's', arms: [], rest: null });
  for (let change = 0; change < 4; change++) {
    const shares = randomShares(random);
    const next = reallocate(allocation, shares);
    expectApart(next, label);
    for (const arm of allocation.arms) {
      const now = next.arms.find(({ name }) => name === arm.name);
      if (now === undefined || now.share < arm.share) continue;
      for (const [from, until] of arm.ranges) {
        for (const bucket of [from, until - 1]) expect(armOfBucket(next, bucket), label).toBe(arm.name);
      }
    }
    // Off from its share by rounding alone.
    for (const { share, ranges } of next.arms) {
      expect(Math.abs(rangesSize(ranges) - share * bucketCount), label).toBeLessThan(8);
    }
    allocation = next;
  }
}

/** Up to four arms; every second time they share everything. */
function randomShares(random: Random): { name: string; share: number }[] {
  const names = ['a', 'b', 'c', 'd'].filter(() => random.next() < 0.7);
  const weights = names.map(() => random.next());
  const whole = weights.reduce((sum, weight) => sum + weight, random.next() < 0.5 ? 0 : random.next());
  return names.map((name, at) => ({ name, share: weights[at] / whole }));
}

function expectApart(allocation: Allocation, label: string): void {
  const ranges = allocation.arms.flatMap((arm) => arm.ranges).sort(([a], [b]) => a - b);
  for (const [at, [from, until]] of ranges.entries()) {
    expect(Number.isInteger(from) && from < until && until <= bucketCount, label).toBe(true);
    if (at > 0) expect(from, label).toBeGreaterThanOrEqual(ranges[at - 1][1]);
  }
}

test('shares over 1, arms named twice and unknown hash versions are programming errors', () => {
  expect(() => createAllocation({ salt: 's', arms: canary(1.1), rest: null })).toThrow(/0 to 1/);
  expect(() => createAllocation({ salt: 's', arms: [...canary(0.6), { name: 'b', share: 0.6 }], rest: null })).toThrow(
    /at most 1/,
  );
  expect(() => createAllocation({ salt: 's', arms: canary(0.1), rest: 'candidate' })).toThrow(/named once/);
  const later = { ...createAllocation({ salt: 's', arms: [], rest: null }), hashVersion: 2 as 1 };
  expect(() => assignArm(later, 'u')).toThrow(/hash version/);
});
