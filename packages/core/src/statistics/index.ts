export { type BadEventSplit, type BadEvents, type BadRates, badEventCounts, badEventSplit } from './bad-event-split.ts';
export { bernoulliSequence, type Interval } from './bernoulli-sequence.ts';
export {
  advanceBetting,
  type BettingOptions,
  type BettingState,
  bettingSequence,
  bettingStart,
  logEBetting,
} from './betting.ts';
export { chiSquareSurvival } from './chi-square.ts';
export { eBenjaminiHochberg, eBonferroni, logEMean, logEOfSteps } from './combine-e-values.ts';
export {
  type Alternative,
  advanceEProcess,
  anytimePValue,
  type BetaPrior,
  type BinomialCounts,
  betaPrior,
  decisionThreshold,
  type EProcess,
  type EProcessState,
  eProcessStart,
  hasDecided,
  logEValue,
} from './e-process.ts';
export { betaQuantile, incompleteBeta, type LogTails, logBetaTails } from './incomplete-beta.ts';
export { type GammaTails, incompleteGamma } from './incomplete-gamma.ts';
export { logBeta, logGamma } from './log-gamma.ts';
export { advanceMatchedBlocks, type BlockSize, type MatchedBlocksState, matchedBlocksStart } from './matched-blocks.ts';
export {
  differenceSequence,
  type MeanOptions,
  type MeanResult,
  meanCountMin,
  meanMargin,
  meanSequence,
  relativeSequence,
} from './mean-sequence.ts';
export { type Moments, mergeMoments, momentsOf, variance } from './moments.ts';
export { normalCdf, normalQuantile } from './normal.ts';
export { logNormalMixture, normalMixtureBound, normalMixtureRho, type Sides } from './normal-mixture.ts';
export {
  type Power,
  type SimulationSize,
  simulateBadEventSplit,
  simulateEProcess,
  type Uniform,
} from './power.ts';
export { clopperPearson, type ProportionOptions, trialsToProve, wilson } from './proportion-interval.ts';
export {
  advanceSampleRatio,
  logSampleRatioFactor,
  type SampleRatioOptions,
  type SampleRatioResult,
  type SampleRatioState,
  sampleRatioConcentration,
  sampleRatioResult,
  sampleRatioStart,
} from './sample-ratio.ts';
export { studentTCdf, studentTQuantile } from './student-t.ts';
export { requestsNeeded, trialsNeeded } from './trials-needed.ts';
export { type MannWhitneyResult, mannWhitney, type TwoSampleResult, twoProportionTest } from './two-samples.ts';
