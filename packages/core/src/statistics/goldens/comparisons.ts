import type { GoldenComparison } from '@slipway/testkit';
import { fixedSamples } from './fixed-samples.ts';
import { sequentialTests } from './sequential.ts';
import { specialFunctions } from './special-functions.ts';

/** Our functions beside the goldens of this folder, by the id of their set. */
export const statisticsComparisons: Readonly<Record<string, GoldenComparison>> = {
  ...specialFunctions,
  ...sequentialTests,
  ...fixedSamples,
};
