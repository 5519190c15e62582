export { type ErrorCode, isSlipwayError, type Prediction, type Refusal, SlipwayError, toJson } from '@slipway/core';
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
export { type OpenRegistryOptions, openRegistry } from './registry/open-registry.ts';
export type { ArtifactStore, Registry } from './registry/ports.ts';
