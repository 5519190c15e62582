export {
  type Clock,
  type ErrorCode,
  type EventSink,
  isSlipwayError,
  type Prediction,
  type PredictionEvent,
  type Refusal,
  SlipwayError,
  toJson,
} from '@slipway/core';
export { type BatchOptions, type BatchProgress, type RunRecord, runBatch } from './batch/index.ts';
export {
  type CheckedKey,
  type KeyCheck,
  type KeyChecker,
  type KeyCheckOptions,
  type KeyRefusal,
  keyRefusals,
  openKeys,
} from './keys/open-keys.ts';
export { allows, type Scope } from './keys/scopes.ts';
export { type StartKeysOptions, startKeys } from './keys/start-keys.ts';
export { type Model, type OpenModelOptions, openModel } from './open-model.ts';
export { type EraseOutcomesOptions, eraseOutcomes } from './outcomes/erase-outcomes.ts';
export {
  type ImportedOutcomes,
  type ImportOptions,
  importOutcomes,
  type OutcomeColumns,
  type OutcomeSource,
} from './outcomes/import-outcomes.ts';
export {
  type JoinedLog,
  type JoinOptions,
  joinWithLog,
  type OutcomeCounts,
  type PredictionOutcome,
} from './outcomes/join-outcomes.ts';
export { listImports, type OutcomeImport } from './outcomes/outcome-imports.ts';
export { listRemoved, type RemovedImport, type RemoveImportOptions, removeImport } from './outcomes/remove-import.ts';
export { type RetireOutcomesOptions, retireOutcomes } from './outcomes/retire-outcomes.ts';
export type { TakenOut } from './outcomes/rewrite-outcomes.ts';
export { type Compacted, type CompactOptions, compactLog } from './prediction-log/compact-log.ts';
export { type Erased, type EraseOptions, eraseUnit } from './prediction-log/erase-unit.ts';
export { type LogCounts, type LogSink, type LogSinkOptions, openLogSink } from './prediction-log/log-sink.ts';
export { keepAll, type LogPolicy } from './prediction-log/policy.ts';
export { findPrediction, type LoggedEvent } from './prediction-log/read-log.ts';
export { type OpenStoreOptions, openArtifactStore } from './registry/artifacts/open-store.ts';
export type { LastKnown } from './registry/last-known.ts';
export { type OpenRegistryOptions, openRegistry } from './registry/open-registry.ts';
export type { Surroundings } from './registry/place.ts';
export type { ArtifactStore, Registry } from './registry/ports.ts';
export { type PromoteVersion, promoteVersion } from './registry/promote-version.ts';
export { type Pushed, type PushRequest, pushLaunch } from './registry/push-launch.ts';
export type { Actor, Change, Promotion, Version } from './registry/types.ts';
export { systemClock } from './system/clock.ts';
