import type { GoldenComparison } from '@slipway/testkit';
import {
  type Alternative,
  advanceBetting,
  bernoulliSequence,
  bettingStart,
  differenceSequence,
  logEBetting,
  logEValue,
  logNormalMixture,
  logSampleRatioFactor,
  type MeanResult,
  type Moments,
  normalMixtureBound,
  normalMixtureRho,
  relativeSequence,
  type Sides,
} from '../index.ts';

type EdgeCase = readonly [number, number, number, number, number, Alternative];

const mixed = { within: 1e-9, measure: 'mixed' } as const;

export const sequentialTests: Readonly<Record<string, GoldenComparison>> = {
  'log-e-two-sided': logE('two-sided'),
  'log-e-greater': logE('greater'),
  'log-e-less': {
    ...logE('less'),
    relation: 'theirs is asked with successes and failures changed over; ours has the side as an option.',
  },
  'bernoulli-sequence': {
    ours: 'bernoulliSequence',
    compute: (successes: number, trials: number, alpha: number, trialsOptimal: number) => {
      const options = { alpha, trialsOptimal, alternative: 'two-sided' } as const;
      const { lower, upper } = bernoulliSequence({ successes, trials }, options);
      return [lower, upper];
    },
    ...mixed,
    relation: 'theirs tunes the prior at `alpha_opt` (0.05 unless told); ours at the alpha of the interval.',
  },
  betting: {
    ours: 'logEBetting',
    compute: (values: readonly number[], mean: number, alpha: number) =>
      logEBetting(values.reduce((state, value) => advanceBetting(state, value, { mean, alpha }), bettingStart)),
    ...mixed,
  },
  'normal-mixture-two-sided': mixture('two-sided'),
  'normal-mixture-one-sided': mixture('one-sided'),
  'normal-bound-two-sided': bound('two-sided'),
  'normal-bound-one-sided': bound('one-sided'),
  'mean-absolute': means('differenceSequence', differenceSequence, 'two-sided'),
  'mean-relative': means('relativeSequence', relativeSequence, 'two-sided'),
  'mean-one-sided': oneSidedEnds(),
  'sample-ratio': {
    ours: 'logSampleRatioFactor',
    compute: logSampleRatioFactor,
    ...mixed,
    relation: 'compared up to 101,000 units: beyond a million theirs has nine digits left (mpmath has the large ones).',
  },
  'sample-ratio-large': { ours: 'logSampleRatioFactor', compute: logSampleRatioFactor, ...mixed },
  'log-e-large': logE('two-sided'),
  'log-e-one-sided-edges': {
    ours: 'logEValue',
    compute: (...[p0, successes, trials, trialsOptimal, alpha, alternative]: EdgeCase) =>
      logEValue({ successes, trials }, { p0, alternative, alpha, trialsOptimal }),
    ...mixed,
  },
};

function logE(alternative: Alternative): GoldenComparison {
  return {
    ours: 'logEValue',
    compute: (p0: number, successes: number, trials: number, trialsOptimal: number, alpha: number) =>
      logEValue({ successes, trials }, { p0, alternative, alpha, trialsOptimal }),
    ...mixed,
  };
}

function mixture(sides: Sides): GoldenComparison {
  return {
    ours: 'logNormalMixture',
    compute: (s: number, v: number, vOptimal: number, alpha: number) =>
      logNormalMixture(s, v, normalMixtureRho(vOptimal, alpha, sides), sides),
    ...mixed,
  };
}

function bound(sides: Sides): GoldenComparison {
  return {
    ours: 'normalMixtureBound',
    compute: (v: number, alpha: number, vOptimal: number) =>
      normalMixtureBound(v, alpha, normalMixtureRho(vOptimal, alpha, sides), sides),
    ...mixed,
  };
}

function means(ours: string, sequence: typeof differenceSequence, alternative: Alternative): GoldenComparison {
  const compute = (...[nA, sumA, squaresA, nB, sumB, squaresB, alpha, countOptimal]: readonly number[]) => {
    const options = { alpha, countOptimal, alternative };
    return numbersOf(sequence(fromSums(nA, sumA, squaresA), fromSums(nB, sumB, squaresB), options));
  };
  return {
    ours,
    compute,
    ...mixed,
    relation: 'theirs takes any number of values; ours is inconclusive under 500 a side.',
  };
}

function oneSidedEnds(): GoldenComparison {
  const compute = (...[nA, sumA, squaresA, nB, sumB, squaresB, alpha, countOptimal]: readonly number[]) => {
    const samples = [fromSums(nA, sumA, squaresA), fromSums(nB, sumB, squaresB)] as const;
    const greater = numbersOf(relativeSequence(...samples, { alpha, countOptimal, alternative: 'greater' }));
    const less = numbersOf(relativeSequence(...samples, { alpha, countOptimal, alternative: 'less' }));
    return [greater[1] ?? Number.NaN, less[2] ?? Number.NaN];
  };
  return { ours: 'relativeSequence', compute, ...mixed };
}

/** Their statistics are sums; ours are moments. */
function fromSums(count: number, sum: number, sumSquares: number): Moments {
  return { count, mean: sum / count, squares: sumSquares - (sum * sum) / count };
}

function numbersOf(result: MeanResult): readonly number[] {
  if (result.kind === 'inconclusive') return [];
  return [result.estimate, result.lower, result.upper, result.pValue];
}
