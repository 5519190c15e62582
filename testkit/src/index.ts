export { feature, inputContract } from './feature.ts';
export { type SumSessionOptions, sumSession } from './sum-session.ts';
