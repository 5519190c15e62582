import {
  argmaxOfVoted,
  logistic,
  normalizeL1,
  normalizeL2,
  normalizeMax,
  probit,
  softmax,
  softmaxZero,
} from './transforms.ts';

export { nextDown, nextUp } from './bits.ts';
export { erf } from './erf.ts';
export { exp, expm1 } from './exp.ts';
export { log } from './log.ts';
export { tanh } from './tanh.ts';

/** What generated code calls by these names. */
export const transforms = {
  argmaxOfVoted,
  logistic,
  normalizeL1,
  normalizeL2,
  normalizeMax,
  probit,
  softmax,
  softmaxZero,
} as const;
export type TransformName = keyof typeof transforms;
