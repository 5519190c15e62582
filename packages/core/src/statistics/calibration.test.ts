import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import {
  type Alternative,
  advanceEProcess,
  advanceSampleRatio,
  badEventCounts,
  badEventSplit,
  clopperPearson,
  differenceSequence,
  type EProcess,
  eProcessStart,
  hasDecided,
  logBeta,
  type Moments,
  type SampleRatioOptions,
  sampleRatioResult,
  sampleRatioStart,
  simulateBadEventSplit,
  simulateEProcess,
  twoProportionTest,
} from './index.ts';

// What the verdicts promise, tried on thousands of seeded runs in which nothing is wrong.

/** Three standard errors over the promise: a promise kept exactly would be missed by chance once in 700 tests, and the seeds do not change. */
function atMost(alpha: number, runs: number): number {
  return alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs);
}

const random = (seed: number) => {
  const numbers = new Random(seed);
  return () => numbers.next();
};

const slo = (alternative: Alternative, alpha = 0.05): EProcess => ({
  p0: 0.95,
  alternative,
  alpha,
  trialsOptimal: 1000,
});

test.each(['two-sided', 'greater', 'less'] as const)(
  'an SLO exactly at its target is decided (%s) in alpha of all runs at most, looked at after every request',
  (alternative) => {
    const size = { runs: 2000, trialsMax: 4000 };
    const { chance } = simulateEProcess(slo(alternative), 0.95, size, random(1));
    expect(chance).toBeLessThanOrEqual(atMost(0.05, size.runs));
    // A process that never decides would pass, too: it uses up a good part of what it may.
    expect(chance).toBeGreaterThan(0.015);
  },
);

test('a stricter alpha is kept as well', () => {
  const size = { runs: 3000, trialsMax: 2000 };
  const { chance } = simulateEProcess(slo('less', 0.01), 0.95, size, random(2));
  expect(chance).toBeLessThanOrEqual(atMost(0.01, size.runs));
  expect(chance).toBeGreaterThan(0);
});

test('an SLO on its safe side is hardly ever said to be in breach', () => {
  const { chance } = simulateEProcess(slo('less'), 0.96, { runs: 2000, trialsMax: 4000 }, random(3));
  expect(chance).toBeLessThan(0.05);
});

test('a candidate as bad as stable is blamed in alpha of all runs at most, at every share', () => {
  for (const share of [0.01, 0.1, 0.5]) {
    const size = { runs: 2000, trialsMax: 30_000 };
    const split = { share, alpha: 0.05, badEventsOptimal: 200 };
    const { chance } = simulateBadEventSplit(split, { stable: 0.03, candidate: 0.03 }, size, random(4));
    expect(chance, `share ${share}`).toBeLessThanOrEqual(atMost(0.05, size.runs));
    expect(chance, `share ${share}`).toBeGreaterThan(0.002);
  }
});

test('rates that swing by 80 % with the hour do not blame the candidate', () => {
  const runs = 2000;
  const process = badEventSplit({ share: 0.1, alpha: 0.05, badEventsOptimal: 200 });
  let blamed = 0;
  for (let run = 0; run < runs; run++) if (swings(process, new Random(run))) blamed++;
  expect(blamed / runs).toBeLessThanOrEqual(atMost(0.05, runs));
  expect(blamed).toBeGreaterThan(0);
});

/** One run of 12,000 requests: whether the split decides at any of its bad events. */
function swings(process: EProcess, numbers: Random): boolean {
  let state = eProcessStart;
  for (let request = 0; request < 12_000; request++) {
    const rate = 0.03 * (1 + 0.8 * Math.sin((2 * Math.PI * request) / 3000));
    if (numbers.next() >= rate) continue;
    const isCandidate = numbers.next() < process.p0;
    const event = badEventCounts({ candidate: isCandidate ? 1 : 0, stable: isCandidate ? 0 : 1 });
    state = advanceEProcess(state, event, process);
    if (hasDecided(state, process)) return true;
  }
  return false;
}

test('the plain test, looked at again and again, raises false alarms several times as often: why it is not used', () => {
  const runs = 500;
  let rejected = 0;
  for (let run = 0; run < runs; run++) if (peeks(new Random(run))) rejected++;
  expect(rejected / runs).toBeGreaterThan(0.2);
});

/** A/A: 4,000 requests a side at one rate, a two-proportion test at 0.05 after every hundred. */
function peeks(numbers: Random): boolean {
  const one = { successes: 0, trials: 0 };
  const other = { successes: 0, trials: 0 };
  for (let look = 0; look < 40; look++) {
    for (const side of [one, other]) {
      side.trials += 100;
      for (let request = 0; request < 100; request++) if (numbers.next() < 0.2) side.successes++;
    }
    if (twoProportionTest(one, other, 'two-sided').pValue < 0.05) return true;
  }
  return false;
}

test('assignment as configured is a mismatch in alpha of all runs at most, looked at after every 25 units', () => {
  const runs = 2000;
  const options: SampleRatioOptions = { shares: [0.2, 0.3, 0.5], alpha: 0.05, margin: 0, concentration: 500 };
  let found = 0;
  for (let run = 0; run < runs; run++) if (mismatches(options, new Random(run))) found++;
  expect(found / runs).toBeLessThanOrEqual(atMost(0.05, runs));
  expect(found / runs).toBeGreaterThan(0.01);
});

function mismatches(options: SampleRatioOptions, numbers: Random): boolean {
  let state = sampleRatioStart(3);
  for (let look = 0; look < 80; look++) {
    const more = [0, 0, 0];
    for (let unit = 0; unit < 25; unit++) {
      const at = numbers.next();
      more[at < 0.2 ? 0 : at < 0.5 ? 1 : 2]++;
    }
    state = advanceSampleRatio(state, more, options);
    if (sampleRatioResult(state, options).kind === 'mismatch') return true;
  }
  return false;
}

test('the sequence of a difference of skewed means holds the truth at all looks together', () => {
  const runs = 2000;
  let missed = 0;
  for (let run = 0; run < runs; run++) if (misses(new Random(run))) missed++;
  expect(missed / runs).toBeLessThanOrEqual(atMost(0.05, runs));
  expect(missed).toBeGreaterThan(0);
});

/** Exponential values of means 1 and 1.2, 500 to 4,000 a side, looked at after every fifty. */
function misses(numbers: Random): boolean {
  const options = { alpha: 0.05, alternative: 'two-sided', countOptimal: 2000 } as const;
  const [stable, candidate] = [
    { count: 0, mean: 0, squares: 0 },
    { count: 0, mean: 0, squares: 0 },
  ];
  while (stable.count < 4000) {
    for (let value = 0; value < 50; value++) {
      add(stable, -Math.log1p(-numbers.next()));
      add(candidate, -1.2 * Math.log1p(-numbers.next()));
    }
    const result = differenceSequence(stable, candidate, options);
    if (result.kind === 'interval' && (result.lower > 0.2 || result.upper < 0.2)) return true;
  }
  return false;
}

function add(sample: { -readonly [key in keyof Moments]: number }, value: number): void {
  const gap = value - sample.mean;
  sample.count++;
  sample.mean += gap / sample.count;
  sample.squares += gap * (value - sample.mean);
}

test('Clopper-Pearson holds every proportion with chance 1 - alpha at least: all outcomes are summed, none is drawn', () => {
  for (const trials of [1, 10, 50]) {
    for (let p = 0.01; p < 1; p += 0.01) {
      for (const alternative of ['two-sided', 'greater', 'less'] as const)
        expect(coverage(trials, p, alternative), `${trials} trials, ${p}`).toBeGreaterThanOrEqual(0.95 - 1e-12);
    }
  }
});

function coverage(trials: number, p: number, alternative: Alternative): number {
  let sum = 0;
  for (let successes = 0; successes <= trials; successes++) {
    const { lower, upper } = intervalOf(successes, trials, alternative);
    if (lower > p || upper < p) continue;
    const ways = -logBeta(successes + 1, trials - successes + 1) - Math.log(trials + 1);
    sum += Math.exp(ways + successes * Math.log(p) + (trials - successes) * Math.log1p(-p));
  }
  return sum;
}

const intervals = new Map<string, ReturnType<typeof clopperPearson>>();

function intervalOf(successes: number, trials: number, alternative: Alternative): ReturnType<typeof clopperPearson> {
  const key = `${successes} ${trials} ${alternative}`;
  const known = intervals.get(key) ?? clopperPearson({ successes, trials }, { alpha: 0.05, alternative });
  intervals.set(key, known);
  return known;
}
