export { edgesOf, type FeatureEdges } from './edges.ts';
export { checkGolden, type GoldenCheck } from './golden.ts';
export { type ProofRequest, proofHolds, proveSession } from './prove-session.ts';
export type { RandomSource } from './random-rows.ts';
export { scoreTolerance } from './tolerance.ts';
export type { GoldenValues, LabelComparison, Proof, ProofNumber, ProofValue, ScoreComparison } from './types.ts';
