import { assert } from '../errors/index.ts';
import { chiSquareSurvival } from '../statistics/index.ts';

/** Pearson's chi-squared test that all rows of a table of counts have one distribution. */
export interface Homogeneity {
  readonly statistic: number;
  readonly degrees: number;
  readonly pValue: number;
  /** The least expected count of a cell: under 5, the p-value is not to be trusted. */
  readonly expectedMin: number;
}

/**
 * Chi-squared test of homogeneity of samples that were counted over the same bins, without continuity correction.
 * Bins and samples that are empty tell nothing and are left out; null where fewer than two of either remain.
 */
export function homogeneityTest(table: readonly (readonly number[])[]): Homogeneity | null {
  assert(
    table.every((row) => row.length === table[0].length && row.every((count) => count >= 0 && Number.isFinite(count))),
    'all samples count the same bins',
  );
  const rowTotals = table.map(sum);
  const total = sum(rowTotals);
  const binTotals = (table[0] ?? []).map((_, bin) => sum(table.map((row) => row[bin])));
  const rows = rowTotals.filter((count) => count > 0).length;
  const bins = binTotals.filter((count) => count > 0).length;
  if (rows < 2 || bins < 2) return null;
  let statistic = 0;
  let expectedMin = Number.POSITIVE_INFINITY;
  for (const [at, row] of table.entries()) {
    for (const [bin, count] of row.entries()) {
      const expected = (rowTotals[at] * binTotals[bin]) / total;
      if (expected === 0) continue;
      statistic += (count - expected) ** 2 / expected;
      expectedMin = Math.min(expectedMin, expected);
    }
  }
  const degrees = (rows - 1) * (bins - 1);
  return { statistic, degrees, pValue: chiSquareSurvival(statistic, degrees), expectedMin };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
