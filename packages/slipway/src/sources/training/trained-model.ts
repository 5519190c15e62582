import type { ColumnPredictions, Columns, EngineName, MaybePromise, Prediction, Proof } from '@slipway/core';

/** The engine that serves a model, why, and what it was proved by. */
export interface ServingEngine {
  readonly session: { readonly engine: EngineName };
  readonly reason: string;
  readonly proof: Proof | null;
}

/** What the trainer asks of a model that it has written: predictions, and which engine serves. */
export interface TrainedModel {
  readonly engine: ServingEngine;
  predict(record: unknown): MaybePromise<Prediction>;
  columns(columns: Columns): MaybePromise<ColumnPredictions>;
  close(): Promise<void>;
}

/** Opens a launch file as every user of it would: `auto` compiles and proves, `onnxruntime` is the oracle. */
export type OpenTrainedModel = (
  launchPath: string,
  options: { readonly engine: 'auto' | 'onnxruntime' },
) => Promise<TrainedModel>;
