import { assertDistributions } from './distributions.ts';

/**
 * Population stability index of two distributions over the same bins: sum of (q - p) ln(q / p), in nats. 0 when equal.
 * For small differences it is 8 times the Jensen-Shannon divergence in nats.
 */
export function populationStability(p: readonly number[], q: readonly number[]): number {
  assertDistributions(p, q);
  return p.reduce((sum, pi, bin) => (pi === q[bin] ? sum : sum + (q[bin] - pi) * Math.log(q[bin] / pi)), 0);
}

/** Of what logarithm: `bits` is base 2, where the largest divergence is 1; `nats` base e, where it is ln 2. */
export type InformationUnit = 'bits' | 'nats';

/** Jensen-Shannon divergence: the mean Kullback-Leibler divergence of p and q from their average. */
export function jensenShannonDivergence(
  p: readonly number[],
  q: readonly number[],
  unit: InformationUnit = 'bits',
): number {
  assertDistributions(p, q);
  const bits = p.reduce((sum, pi, bin) => {
    const middle = (pi + q[bin]) / 2;
    return sum + (fromMiddle(pi, middle) + fromMiddle(q[bin], middle)) / 2;
  }, 0);
  return Math.max(0, unit === 'bits' ? bits : bits * Math.LN2);
}

/**
 * Jensen-Shannon distance: the square root of the divergence. In bits from 0 (equal) to 1 (nothing in common). Other
 * tools print the divergence, or count in nats, under the same name.
 */
export function jensenShannonDistance(
  p: readonly number[],
  q: readonly number[],
  unit: InformationUnit = 'bits',
): number {
  return Math.sqrt(jensenShannonDivergence(p, q, unit));
}

function fromMiddle(share: number, middle: number): number {
  return share === 0 ? 0 : share * Math.log2(share / middle);
}

/** Shares of counts with half a row added to each bin, so that an empty bin has no infinite weight. */
export function smoothedShares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count + 0.5, 0);
  return counts.map((count) => (count + 0.5) / total);
}

/**
 * Joins neighbouring bins until both samples expect `expectedMin` rows in each: with fewer, the chi-squared
 * distribution doesn't hold. Expected is the share of a bin in both samples together, so that a category which only
 * one of them has stays in sight. What is left at the end joins the last bin.
 */
export function joinSparseBins(
  reference: readonly number[],
  current: readonly number[],
  expectedMin: number,
): { reference: number[]; current: number[] } {
  const fewer = Math.min(sum(reference), sum(current));
  const all = sum(reference) + sum(current);
  const enough = (bin: readonly [number, number]) => ((bin[0] + bin[1]) / all) * fewer >= expectedMin;
  const bins: [number, number][] = [];
  for (let bin = 0; bin < reference.length; bin++) {
    const open = bins.at(-1);
    if (open === undefined || enough(open)) bins.push([reference[bin], current[bin]]);
    else addTo(open, reference[bin], current[bin]);
  }
  const last = bins.at(-1);
  const before = bins.at(-2);
  if (last !== undefined && before !== undefined && !enough(last)) {
    addTo(before, ...last);
    bins.pop();
  }
  return { reference: bins.map(([count]) => count), current: bins.map(([, count]) => count) };
}

function addTo(bin: [number, number], reference: number, current: number): void {
  bin[0] += reference;
  bin[1] += current;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
