import { assert } from '../errors/index.ts';
import { incompleteGamma } from './incomplete-gamma.ts';

/**
 * P(X >= x) for X chi-squared with `degrees` (a whole number) degrees of freedom: the regularised upper incomplete
 * gamma function Q(degrees / 2, x / 2). Relative error under 1e-12 (tested).
 */
export function chiSquareSurvival(x: number, degrees: number): number {
  assert(Number.isInteger(degrees) && degrees > 0, 'the degrees of freedom are a whole number above 0');
  return incompleteGamma(degrees / 2, x / 2).upper;
}
