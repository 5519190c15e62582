import type { GoldenComparison } from '@slipway/testkit';
import {
  type Alternative,
  clopperPearson,
  type Interval,
  mannWhitney,
  trialsToProve,
  twoProportionTest,
  wilson,
} from '../index.ts';

const mixed = { within: 1e-12, measure: 'mixed' } as const;

export const fixedSamples: Readonly<Record<string, GoldenComparison>> = {
  'clopper-pearson': interval('clopperPearson', clopperPearson),
  'clopper-pearson-again': interval('clopperPearson', clopperPearson),
  wilson: interval('wilson', wilson),
  'wilson-one-sided': interval('wilson', wilson),
  'two-proportions': {
    ours: 'twoProportionTest',
    compute: (s1: number, n1: number, s2: number, n2: number, alternative: Alternative) => {
      const stable = { successes: s1, trials: n1 };
      const { statistic, pValue } = twoProportionTest(stable, { successes: s2, trials: n2 }, alternative);
      return [statistic, pValue];
    },
    ...mixed,
  },
  'trials-to-prove': {
    ours: 'trialsToProve',
    compute: (target: number, alpha: number, failures: number) => trialsToProve({ target, alpha, failures }),
    within: 0,
    measure: 'absolute',
  },
  'mann-whitney': {
    ours: 'mannWhitney',
    compute: (stable: readonly number[], candidate: readonly number[], alternative: Alternative) => {
      const { u, pValue } = mannWhitney(stable, candidate, alternative);
      return [u, pValue];
    },
    ...mixed,
    relation:
      'ours is `method="asymptotic", use_continuity=False`; by default SciPy corrects for continuity, or is exact for few values.',
  },
};

function interval(ours: string, compute: typeof clopperPearson): GoldenComparison {
  return {
    ours,
    compute: (successes: number, trials: number, alpha: number, alternative: Alternative = 'two-sided') => {
      const { lower, upper }: Interval = compute({ successes, trials }, { alpha, alternative });
      return [lower, upper];
    },
    ...mixed,
  };
}
