export { type AnswerDifference, answerDifference } from './answer-difference.ts';
export { feature, inputContract } from './feature.ts';
export {
  compareGoldens,
  type GoldenCase,
  type GoldenComparison,
  type GoldenFile,
  type GoldenResult,
  type GoldenSet,
  readGoldens,
} from './goldens.ts';
export { learnerLaunch, learnerModel, writeLearnerLaunch } from './learner-launch.ts';
export { type MemoryIo, type MemoryIoOptions, memoryIo } from './memory-io.ts';
export { type MemorySink, memorySink } from './memory-sink.ts';
export { type BatchOptions, randomBatch, rowsOf, wholeBinding } from './model-binding.ts';
export * from './models/index.ts';
export { Random } from './random.ts';
export {
  type AnswerColumns,
  answerColumns,
  type CompiledAnswers,
  compiledAnswers,
  isExact,
  labelColumns,
  storedColumns,
} from './real-answers.ts';
export { realContract } from './real-contract.ts';
export {
  type RealModel,
  type RealOutput,
  type Refusals,
  realBatch,
  realBinding,
  realModelRefusals,
  realModels,
} from './real-models.ts';
export { runtimeCases, type SessionCase, tabularCases } from './session-cases.ts';
export { type SumSessionOptions, sumSession } from './sum-session.ts';
