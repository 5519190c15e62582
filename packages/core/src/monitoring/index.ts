export { buildReference, type ReferenceOptions } from './build-reference.ts';
export { type Burn, type BurnAlert, type BurnOptions, type BurnState, burnAlerts } from './burn-alerts.ts';
export { type BurnPromise, burnPromise, falseAlarmsPerMonthDefault } from './burn-evidence.ts';
export {
  type BurnRule,
  type BurnRuleFinding,
  burnEventsMin,
  burnFactor,
  burnPeriodMs,
  burnRules,
  lintBurnRules,
} from './burn-rules.ts';
export {
  compareScores,
  type DriftRule,
  type DriftVerdict,
  driftRule,
  type ScoreDrift,
  type Verdict,
} from './compare-scores.ts';
export { hellingerDistance, lInfinityDistance, totalVariation } from './distances.ts';
export {
  type InformationUnit,
  jensenShannonDistance,
  jensenShannonDivergence,
  populationStability,
} from './divergence.ts';
export { type Homogeneity, homogeneityTest } from './homogeneity.ts';
export { type KolmogorovSmirnov, kolmogorovSmirnov, kolmogorovSurvival } from './kolmogorov-smirnov.ts';
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
export {
  createSketch,
  type Sketch,
  type SketchCounts,
  type SketchOptions,
  sketchOptions,
  sketchQuantile,
  sketchZeroBelow,
} from './sketch.ts';
export type { CategoryProfile, FieldProfile, NumberProfile, ProfileColumn, Reference } from './types.ts';
export { standardisedWasserstein, wassersteinDistance } from './wasserstein.ts';
export {
  createWindow,
  type MonitoringWindow,
  mergeWindows,
  type WindowCounts,
  type WindowEvent,
  windowStart,
} from './window.ts';
export { writeReference } from './write-reference.ts';
