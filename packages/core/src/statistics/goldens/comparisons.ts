import type { GoldenComparison } from '@slipway/testkit';
import { chiSquareSurvival } from '../index.ts';

/** Our functions beside the goldens of this folder, by the id of their set. */
export const statisticsComparisons: Readonly<Record<string, GoldenComparison>> = {
  'chi-square-survival': { ours: 'chiSquareSurvival', compute: chiSquareSurvival, within: 1e-12, measure: 'relative' },
};
