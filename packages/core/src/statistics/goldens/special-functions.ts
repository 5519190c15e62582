import type { GoldenComparison } from '@slipway/testkit';
import {
  betaQuantile,
  chiSquareSurvival,
  incompleteBeta,
  incompleteGamma,
  logBeta,
  logBetaTails,
  logGamma,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
} from '../index.ts';

const relative = { within: 1e-12, measure: 'relative' } as const;
const mixed = { within: 1e-12, measure: 'mixed' } as const;

export const specialFunctions: Readonly<Record<string, GoldenComparison>> = {
  'log-gamma': { ours: 'logGamma', compute: logGamma, ...mixed },
  'log-beta': { ours: 'logBeta', compute: logBeta, ...mixed },
  'incomplete-beta': { ours: 'incompleteBeta', compute: incompleteBeta, ...relative },
  'incomplete-beta-upper': {
    ours: 'logBetaTails',
    compute: (a: number, b: number, x: number) => Math.exp(logBetaTails(a, b, x).upper),
    ...relative,
    relation: 'ours gives the logarithm of both tails; compared is exp of the upper one.',
  },
  'beta-quantile': { ours: 'betaQuantile', compute: betaQuantile, ...relative },
  'log-beta-exact': { ours: 'logBeta', compute: logBeta, ...mixed },
  'log-beta-tail': {
    ours: 'logBetaTails',
    compute: (a: number, x: number, b: number) => logBetaTails(a, b, x).lower,
    ...mixed,
  },
  'gamma-lower': {
    ours: 'incompleteGamma',
    compute: (a: number, x: number) => incompleteGamma(a, x).lower,
    ...relative,
  },
  'gamma-upper': {
    ours: 'incompleteGamma',
    compute: (a: number, x: number) => incompleteGamma(a, x).upper,
    ...relative,
  },
  'chi-square-survival': { ours: 'chiSquareSurvival', compute: chiSquareSurvival, ...relative },
  'normal-cdf': { ours: 'normalCdf', compute: normalCdf, ...relative },
  'normal-quantile': { ours: 'normalQuantile', compute: normalQuantile, ...relative },
  'student-t-cdf': { ours: 'studentTCdf', compute: studentTCdf, ...relative },
  'student-t-quantile': { ours: 'studentTQuantile', compute: studentTQuantile, ...relative },
};
