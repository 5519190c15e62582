import { exp } from './exp.ts';
import { log } from './log.ts';
import { power } from './power.ts';
import { roundEven, toInt32, toInt64 } from './rounding.ts';
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
export { power } from './power.ts';
export { roundEven, toInt32, toInt64 } from './rounding.ts';
export { tanh } from './tanh.ts';

/** What generated code calls by these names. */
export const transforms = {
  argmaxOfVoted,
  exp,
  log,
  logistic,
  normalizeL1,
  normalizeL2,
  normalizeMax,
  power,
  probit,
  roundEven,
  softmax,
  softmaxZero,
  toInt32,
  toInt64,
} as const;
export type TransformName = keyof typeof transforms;
