import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import {
  type Alternative,
  decisionThreshold,
  type EProcess,
  logEValue,
  requestsNeeded,
  simulateBadEventSplit,
  simulateEProcess,
  trialsNeeded,
} from './index.ts';

const slo = (alternative: Alternative): EProcess => ({ p0: 0.95, alternative, alpha: 0.05, trialsOptimal: 1000 });
const random = (seed: number) => {
  const numbers = new Random(seed);
  return () => numbers.next();
};

/** Within a fifth: medians of some hundred runs have a standard error of about a twentieth. */
const isNearOne = (ratio: number) => Math.abs(ratio - 1) < 0.2;

test('a breach is found the sooner the worse it is', () => {
  // Medians of 400 runs elsewhere: 53 and 809 requests for breaches to 0.80 and 0.93, 670 for a proof at 0.97.
  const size = { runs: 1000, trialsMax: 20_000 };
  const median = (alternative: Alternative, p: number) =>
    simulateEProcess(slo(alternative), p, size, random(9)).trialsMedian ?? Number.NaN;
  expect(median('less', 0.8) / 53).toSatisfy(isNearOne);
  expect(median('less', 0.93) / 809).toSatisfy(isNearOne);
  expect(median('greater', 0.97) / 670).toSatisfy(isNearOne);
});

test('a horizon too short is seen as a chance under one, without a median', () => {
  const power = simulateEProcess(slo('less'), 0.93, { runs: 500, trialsMax: 400 }, random(10));
  expect(power.chance).toBeGreaterThan(0.1);
  expect(power.chance).toBeLessThan(0.5);
  expect(power).toMatchObject({ runs: 500, decided: power.chance * 500, trialsMedian: null, trialsNinety: null });
  expect(power.standardError).toBeCloseTo(Math.sqrt((power.chance * (1 - power.chance)) / 500), 14);
});

test('a candidate of one percent needs many times the requests of one of half to show a doubling', () => {
  // Medians elsewhere: 26,038 at 1 % (86 % found in 60,000) and 1,441 at 50 %.
  const size = { runs: 400, trialsMax: 60_000 };
  const at = (share: number) =>
    simulateBadEventSplit(
      { share, alpha: 0.05, badEventsOptimal: 200 },
      { stable: 0.03, candidate: 0.06 },
      size,
      random(11),
    );
  expect(at(0.01).chance).toBeGreaterThan(0.8);
  expect(at(0.01).chance).toBeLessThan(0.95);
  expect((at(0.01).trialsMedian ?? Number.NaN) / 26_038).toSatisfy(isNearOne);
  expect((at(0.5).trialsMedian ?? Number.NaN) / 1441).toSatisfy(isNearOne);
});

test('the requests that a split needs are near the median of a simulation, and none are enough where nothing is worse', () => {
  const split = { share: 0.5, alpha: 0.05, badEventsOptimal: 200 };
  expect((requestsNeeded(split, { stable: 0.03, candidate: 0.06 }) ?? Number.NaN) / 1441).toSatisfy(isNearOne);
  expect(requestsNeeded(split, { stable: 0.03, candidate: 0.03 })).toBeNull();
  expect(requestsNeeded(split, { stable: 0, candidate: 0 })).toBeNull();
  expect(requestsNeeded(split, { stable: 0.03, candidate: 0.06 }, 100)).toBeNull();
});

test('a run decides at the very trial at which ln E first reaches the threshold', () => {
  for (const [alternative, p] of [
    ['two-sided', 0.9],
    ['less', 0.9],
    ['greater', 0.985],
  ] as const) {
    for (let seed = 0; seed < 20; seed++) {
      const draw = random(seed);
      const counts = { successes: 0, trials: 0 };
      do {
        counts.trials++;
        if (draw() < p) counts.successes++;
      } while (logEValue(counts, slo(alternative)) < decisionThreshold(0.05));
      const size = { runs: 1, trialsMax: 20_000 };
      expect(simulateEProcess(slo(alternative), p, size, random(seed)).trialsMedian).toBe(counts.trials);
    }
  }
});

test('the same seed gives the same answer', () => {
  const size = { runs: 50, trialsMax: 1000 };
  expect(simulateEProcess(slo('less'), 0.9, size, random(12))).toEqual(
    simulateEProcess(slo('less'), 0.9, size, random(12)),
  );
});

test('the trials that are needed are near the median of a simulation, and none are enough on the null side', () => {
  for (const [alternative, p] of [
    ['less', 0.8],
    ['less', 0.9],
    ['greater', 0.99],
  ] as const) {
    const simulated = simulateEProcess(slo(alternative), p, { runs: 500, trialsMax: 20_000 }, random(13)).trialsMedian;
    expect((trialsNeeded(slo(alternative), p) ?? Number.NaN) / (simulated ?? Number.NaN)).toSatisfy(isNearOne);
  }
  expect(trialsNeeded(slo('less'), 0.96)).toBeNull();
  expect(trialsNeeded(slo('greater'), 0.95)).toBeNull();
  expect(trialsNeeded(slo('less'), 0.9499, 1000)).toBeNull();
});
