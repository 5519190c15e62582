export { buildReference, type ReferenceOptions } from './build-reference.ts';
export {
  compareScores,
  type DriftRule,
  type DriftVerdict,
  driftRule,
  type ScoreDrift,
  type Verdict,
} from './compare-scores.ts';
export { jensenShannonDistance, populationStability } from './divergence.ts';
export {
  type JoinedOutcome,
  joinOutcomes,
  type Outcome,
  type OutcomeJoin,
  type OutcomePrediction,
  type OutcomeRule,
  predictionOfOutcome,
} from './outcomes.ts';
export { parseReference } from './parse-reference.ts';
export { createScoreProfile, type ScoreCounts, type ScoreProfile } from './score-profile.ts';
export type { CategoryProfile, FieldProfile, NumberProfile, ProfileColumn, Reference } from './types.ts';
export { writeReference } from './write-reference.ts';
