import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { compareScores, driftRule, kolmogorovSmirnov, type Reference } from './index.ts';

test('without drift the p-value of Kolmogorov-Smirnov is under a level no more often than the level says', () => {
  const runs = 3000;
  const pValues = Array.from({ length: runs }, (_, seed) => {
    const random = new Random(seed);
    const draw = (length: number) => Array.from({ length }, () => random.normal());
    return kolmogorovSmirnov(draw(83), draw(101)).pValue;
  });
  for (const level of [0.01, 0.05, 0.2, 0.5, 0.8]) {
    const share = pValues.filter((p) => p <= level).length / runs;
    expect(Math.abs(share - level), `level ${level}`).toBeLessThan(0.01 + 4 * Math.sqrt((level * (1 - level)) / runs));
  }
});

const binCount = 10;

/** Rows that fall into ten equal bins by chance. */
function fill(random: Random, rows: number): number[] {
  const counts = new Array<number>(binCount).fill(0);
  for (let row = 0; row < rows; row++) counts[Math.floor(random.next() * binCount)]++;
  return counts;
}

/** The verdict on counts of `current` against counts of `reference`, over the same bins. */
function psiVerdict(reference: readonly number[], current: readonly number[]) {
  const rows = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const score = { name: 's', missing: 0, minimum: null, maximum: null, mean: null };
  const edges = reference.slice(1).map((_, edge) => edge + 1);
  const before = { ...score, kind: 'number' as const, count: rows(reference), sd: null, edges, counts: reference };
  const whole: Reference = { slipway_reference: 1, model: 'm', version: '1', features: [], scores: [before] };
  return compareScores(whole, { counts: () => [{ ...score, count: rows(current), counts: current }] }).scores[0];
}

test.each([
  [1000, 500],
  [1000, 1000],
  [5000, 600],
])(
  'without drift PSI / (1/N + 1/M) has the quantiles of chi-squared: %d reference rows, %d current',
  (referenceRows, currentRows) => {
    const runs = 3000;
    const found = Array.from({ length: runs }, (_, seed) => {
      const random = new Random(seed);
      return psiVerdict(fill(random, referenceRows), fill(random, currentRows));
    });
    for (const level of [0.01, 0.05, 0.2, 0.5, 0.8]) {
      const share = found.filter(({ pValue }) => (pValue ?? Number.NaN) <= level).length / runs;
      const spread = Math.sqrt((level * (1 - level)) / runs);
      expect(Math.abs(share - level), `level ${level}`).toBeLessThan(0.004 + 4 * spread);
    }
    // The published quantile: at 95 %, chi-squared with 9 degrees is 16.919.
    const sorted = found.map(({ psi }) => psi ?? Number.NaN).sort((one, other) => one - other);
    const theory = 16.918977604620448 * (1 / referenceRows + 1 / currentRows);
    expect(sorted[Math.floor(0.95 * runs)] / theory).toBeGreaterThan(0.94);
    expect(sorted[Math.floor(0.95 * runs)] / theory).toBeLessThan(1.06);
    expect(found.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  },
);

test('drift of a tenth of all rows into one bin is found in nearly every run', () => {
  expect(driftRule).toEqual({ psiMaterial: 0.1, alpha: 0.01, rowsMin: 500 });
  const found = Array.from({ length: 500 }, (_, seed) => {
    const random = new Random(seed);
    const current = fill(random, 900);
    current[0] += 200;
    return psiVerdict(fill(random, 2000), current).verdict;
  });
  expect(found.filter((verdict) => verdict === 'fail').length).toBeGreaterThan(450);
});
