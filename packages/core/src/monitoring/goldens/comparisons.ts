import type { GoldenComparison } from '@slipway/testkit';
import {
  type BurnRule,
  burnFactor,
  burnRules,
  compareScores,
  hellingerDistance,
  homogeneityTest,
  jensenShannonDistance,
  jensenShannonDivergence,
  kolmogorovSmirnov,
  kolmogorovSurvival,
  lInfinityDistance,
  populationStability,
  standardisedWasserstein,
  totalVariation,
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

const hourMs = 3_600_000;

function ruleNumbers(rules: readonly BurnRule[]): Numbers {
  return rules.flatMap(({ longMs, shortMs, budget, factor }) => [
    longMs / hourMs,
    shortMs / hourMs,
    budget * 100,
    factor,
  ]);
}

/** What the drift verdict computes of a score whose values fall into bins in these counts. */
function psiOfVerdict(before: Numbers, now: Numbers): Numbers {
  const rows = (counts: Numbers) => counts.reduce((sum, count) => sum + count, 0);
  const unknown = { minimum: null, maximum: null, mean: null };
  const counted = { ...unknown, name: 'score', count: rows(now), missing: 0, counts: now };
  const edges = before.slice(1).map((_, edge) => edge);
  const known = { ...counted, count: rows(before), kind: 'number' as const, sd: null, edges, counts: before };
  const reference = { slipway_reference: 1 as const, model: 'm', version: '1', features: [], scores: [known] };
  const [{ psi, statistic, degrees, pValue }] = compareScores(reference, { counts: () => [counted] }).scores;
  return [psi, statistic, degrees, pValue].map((value) => value ?? Number.NaN);
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
  'total-variation': { ours: 'totalVariation', compute: totalVariation, ...mixed },
  'js-divergence-bits': {
    ours: 'jensenShannonDivergence',
    compute: (p: Numbers, q: Numbers) => jensenShannonDivergence(p, q),
    ...mixed,
  },
  'psi-null-p': { ours: 'compareScores', compute: psiOfVerdict, ...mixed },
  'sloth-windows': {
    ours: 'burnRules',
    compute: (periodDays: number) => ruleNumbers(burnRules(periodDays * 24 * hourMs)),
    ...mixed,
  },
  'sloth-factor': {
    ours: 'burnFactor',
    compute: (periodDays: number, budgetPercent: number, longHours: number) =>
      burnFactor(budgetPercent / 100, periodDays * 24 * hourMs, longHours * hourMs),
    ...mixed,
  },
  'workbook-rules': {
    ours: 'burnRules',
    compute: (periodDays: number) =>
      ruleNumbers(burnRules(periodDays * 24 * hourMs).filter(({ longMs }) => longMs !== 24 * hourMs)),
    ...mixed,
    relation: 'ours has the ticket over a day that Sloth adds, too.',
  },
  'evidently-psi': {
    ours: 'populationStability',
    compute: (a: Numbers, b: Numbers) => populationStability(shares(a), shares(b)),
    ...mixed,
    relation:
      'Evidently takes 0.0001 for the share of a bin that is empty on one side; verdicts of ours add half a row to every bin.',
  },
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
