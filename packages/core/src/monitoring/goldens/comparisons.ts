import type { GoldenComparison } from '@slipway/testkit';
import {
  hellingerDistance,
  homogeneityTest,
  jensenShannonDistance,
  kolmogorovSmirnov,
  kolmogorovSurvival,
  lInfinityDistance,
  populationStability,
  standardisedWasserstein,
  wassersteinDistance,
} from '../index.ts';

type Numbers = readonly number[];

const mixed = { within: 1e-12, measure: 'mixed' } as const;

function shares(counts: Numbers): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

function homogeneity(...table: readonly Numbers[]): Numbers {
  const found = homogeneityTest(table);
  return found === null ? [] : [found.statistic, found.degrees, found.pValue];
}

/** Our functions beside the goldens of this folder, by the id of their set. */
export const monitoringComparisons: Readonly<Record<string, GoldenComparison>> = {
  'ks-exact': {
    ours: 'kolmogorovSmirnov',
    compute(a: Numbers, b: Numbers) {
      const { statistic, pValue } = kolmogorovSmirnov(a, b, 'exact');
      return [statistic, pValue];
    },
    ...mixed,
  },
  kolmogorov: {
    ours: 'kolmogorovSurvival',
    compute: kolmogorovSurvival,
    within: 1e-12,
    measure: 'relative',
    relation:
      "scipy's ks_2samp(method='asymp') takes the exact one-sample distribution at a rounded n; ours takes this limit.",
  },
  wasserstein: { ours: 'wassersteinDistance', compute: wassersteinDistance, ...mixed },
  'chi-square-two-samples': { ours: 'homogeneityTest', compute: homogeneity, ...mixed },
  'chi-square-three-samples': { ours: 'homogeneityTest', compute: homogeneity, ...mixed },
  'js-distance-nats': {
    ours: 'jensenShannonDistance',
    compute: (p: Numbers, q: Numbers) => jensenShannonDistance(p, q, 'nats'),
    ...mixed,
  },
  'js-distance-bits': {
    ours: 'jensenShannonDistance',
    compute: (p: Numbers, q: Numbers) => jensenShannonDistance(p, q),
    ...mixed,
  },
  'kl-symmetrised': { ours: 'populationStability', compute: populationStability, ...mixed },
  'evidently-wasserstein': {
    ours: 'standardisedWasserstein',
    compute: standardisedWasserstein,
    ...mixed,
    relation: 'Evidently takes 0.001 where the standard deviation is less; ours takes it as it is.',
  },
  'evidently-ks': {
    ours: 'kolmogorovSmirnov',
    compute: (a: Numbers, b: Numbers) => kolmogorovSmirnov(a, b).pValue,
    ...mixed,
  },
  'evidently-js': {
    ours: 'jensenShannonDistance',
    compute: (a: Numbers, b: Numbers) => jensenShannonDistance(shares(a), shares(b), 'nats'),
    ...mixed,
    relation: "Evidently's Jensen-Shannon is the distance in nats; ours is in bits unless asked otherwise.",
  },
  'evidently-hellinger': {
    ours: 'hellingerDistance',
    compute: (a: Numbers, b: Numbers) => hellingerDistance(shares(a), shares(b)),
    ...mixed,
  },
  'nannyml-js': {
    ours: 'jensenShannonDistance',
    compute: (a: Numbers, b: Numbers) => jensenShannonDistance(shares(a), shares(b)),
    ...mixed,
  },
  'nannyml-hellinger': {
    ours: 'hellingerDistance',
    compute: (a: Numbers, b: Numbers) => hellingerDistance(shares(a), shares(b)),
    ...mixed,
  },
  'nannyml-l-infinity': {
    ours: 'lInfinityDistance',
    compute: (a: Numbers, b: Numbers) => lInfinityDistance(shares(a), shares(b)),
    ...mixed,
  },
};
