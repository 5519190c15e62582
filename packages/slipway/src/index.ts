export { type ErrorCode, isSlipwayError, type Prediction, type Refusal, SlipwayError, toJson } from '@slipway/core';
export { type BatchOptions, type BatchProgress, type RunRecord, runBatch } from './batch/index.ts';
export { type Model, type OpenModelOptions, openModel } from './open-model.ts';
