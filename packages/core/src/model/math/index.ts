import { gelu, geluTanh, logSoftmax, sigmoid, softmaxDouble, softplus } from './activations.ts';
import { codedSums, codedSumsDouble } from './coded-sums.ts';
import { erf } from './erf.ts';
import { exp, expm1 } from './exp.ts';
import { layerKernel } from './layer-kernel.ts';
import { log } from './log.ts';
import { power } from './power.ts';
import { refuseRow } from './refuse-row.ts';
import { roundEven, toInt32, toInt64 } from './rounding.ts';
import { tanh } from './tanh.ts';
import {
  argmaxOfVoted,
  distances,
  logistic,
  normalizeL1,
  normalizeL2,
  normalizeMax,
  probit,
  softmax,
  softmaxZero,
} from './transforms.ts';

export { sigmoid, softplus } from './activations.ts';
export { nextDown, nextDownFloat64, nextUp, nextUpFloat64 } from './bits.ts';
export { erf } from './erf.ts';
export { exp, expm1 } from './exp.ts';
export { log } from './log.ts';
export { power } from './power.ts';
export { roundEven, toInt32, toInt64 } from './rounding.ts';
export { tanh } from './tanh.ts';

/** What generated code calls by these names. */
export const transforms = {
  argmaxOfVoted,
  codedSums,
  codedSumsDouble,
  distances,
  erf,
  exp,
  expm1,
  gelu,
  geluTanh,
  layerKernel,
  log,
  logSoftmax,
  logistic,
  normalizeL1,
  normalizeL2,
  normalizeMax,
  power,
  probit,
  refuseRow,
  roundEven,
  sigmoid,
  softmax,
  softmaxDouble,
  softmaxZero,
  softplus,
  tanh,
  toInt32,
  toInt64,
} as const;
export type TransformName = keyof typeof transforms;
