export { nextDown, nextUp } from './bits.ts';
export { erf } from './erf.ts';
export { exp, expm1 } from './exp.ts';
export { log } from './log.ts';
export { tanh } from './tanh.ts';
export * as transforms from './transforms.ts';
