import type { Answer } from '../import/boosted-model.ts';

/** What XGBoost does with the sums of the trees, and with `base_score` before them. */
export interface Objective {
  /** How `base_score`, which is kept as a prediction, becomes the start of the sums. */
  readonly start: 'identity' | 'logit' | 'log';
  readonly answer: Answer;
}

const identity: Objective = { start: 'identity', answer: { kind: 'numbers', link: { kind: 'identity' } } };
const exponential: Objective = { start: 'log', answer: { kind: 'numbers', link: { kind: 'exp' } } };
const softmax: Objective = { start: 'identity', answer: { kind: 'classes', form: 'softmax' } };

/** By the name in the file. What is not here is refused, since a wrong guess would be a wrong answer. */
export const objectives: ReadonlyMap<string, Objective> = new Map<string, Objective>([
  ['binary:logistic', { start: 'logit', answer: { kind: 'binary', slope: 1 } }],
  ['binary:logitraw', identity],
  ['binary:hinge', { ...identity, answer: { kind: 'numbers', link: { kind: 'step' } } }],
  ['reg:logistic', { start: 'logit', answer: { kind: 'numbers', link: { kind: 'logistic', slope: 1 } } }],
  ['reg:squarederror', identity],
  ['reg:squaredlogerror', identity],
  ['reg:pseudohubererror', identity],
  ['reg:absoluteerror', identity],
  ['reg:quantileerror', identity],
  ['reg:linear', identity],
  ['rank:pairwise', identity],
  ['rank:ndcg', identity],
  ['rank:map', identity],
  ['count:poisson', exponential],
  ['reg:gamma', exponential],
  ['reg:tweedie', exponential],
  ['survival:cox', exponential],
  ['survival:aft', exponential],
  ['multi:softprob', softmax],
  ['multi:softmax', softmax],
]);

/** `base_score` as XGBoost adds it to the sums, in float32 as there. Since 3 a share of 0 or 1 is kept from the ends. */
export function startOfSums(baseScore: number, { start }: Objective, majorVersion: number): number {
  const base = Math.fround(baseScore);
  if (start === 'identity') return base;
  if (start === 'log') return Math.fround(Math.log(base));
  const share = majorVersion < 3 ? base : Math.min(Math.max(base, nearest), Math.fround(1 - nearest));
  return -Math.fround(Math.log(Math.fround(Math.fround(1 / share) - 1)));
}

const nearest = Math.fround(1e-6);
