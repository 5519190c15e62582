import {
  asSlipwayError,
  type ColumnPredictions,
  fail,
  type InferRequest,
  type InferResponse,
  isPromise,
  type MaybePromise,
  type Prediction,
  type Refusal,
  type RunLimits,
  refuseUnsupported,
  type SlipwayError,
} from '@slipway/core';
import { type Answered, answeredMany } from '../call/answered.ts';
import type { OnlineModel } from '../ports.ts';
import { tensorsOfColumns, tensorsOfPredictions, type WantedOutput, wantedOutputs } from './output-tensors.ts';
import { readTensorRows, type TensorRows } from './tensor-rows.ts';

/** When a call began, beside its limits. */
export interface InferLimits extends RunLimits {
  readonly arrivedMs: number;
}

export interface Inferred {
  readonly response: InferResponse;
  readonly answered: Answered;
}

/**
 * Answers an inference request. Every row is held to the contract, and one bad row refuses them all: a tensor has no
 * place for an error. Raises what is wrong with the request, and what the model raises where no fallback answers for it.
 */
export function infer(model: OnlineModel, request: InferRequest, limits: InferLimits): MaybePromise<Inferred> {
  const { wanted, rows } = readRequest(model, request);
  const options = { source: 'online', strict: true, limits: shortened(limits, request) } as const;
  const instead = (thrown: unknown) => {
    const error = asSlipwayError(thrown, 'MODEL_FAILED');
    return then(answerEach(model, rows, error, options), (made) => answered(model, request, wanted, made));
  };
  const finish = (predictions: ColumnPredictions): Inferred => ({
    response: responseOf(model, request, tensorsOfColumns(wanted, predictions), {}),
    answered: { records: rows.rows, refused: 0, fallback: null, fault: null },
  });
  let made: MaybePromise<ColumnPredictions>;
  try {
    made = model.predictor.columns(rows.columns, options);
  } catch (thrown) {
    return instead(thrown);
  }
  return isPromise(made) ? made.then(finish, instead) : finish(made);
}

function readRequest(model: OnlineModel, request: InferRequest) {
  refuseUnsupported(request.parameters);
  return { wanted: wantedOutputs(model, request), rows: readTensorRows(model, request.inputs) };
}

interface Options {
  readonly source: 'online';
  readonly strict: true;
  readonly limits: RunLimits;
}

/** After the columns had no answer: row by row, which tells what is wrong with a row, and asks the fallback. */
function answerEach(
  model: OnlineModel,
  rows: TensorRows,
  error: SlipwayError,
  options: Options,
): MaybePromise<readonly Prediction[]> {
  const { launch, predictor } = model;
  const isRow = error.code === 'RECORD_INVALID';
  if (!isRow && launch.fallback === null) throw error;
  const records = recordsOf(rows);
  const isModel = error.code === 'MODEL_FAILED' || error.code === 'OUTPUT_VIOLATION';
  const made: MaybePromise<readonly (Prediction | Refusal)[]> =
    isRow || isModel ? predictor.predictMany(records, options) : predictor.fallbackMany(records, error, options);
  return made as MaybePromise<readonly Prediction[]>;
}

function recordsOf({ rows, record }: TensorRows): readonly object[] {
  return Array.from({ length: rows }, (_, row) => record(row));
}

function answered(
  model: OnlineModel,
  request: InferRequest,
  wanted: readonly WantedOutput[],
  predictions: readonly Prediction[],
): Inferred {
  const sum = answeredMany(predictions);
  const marks = sum.fallback === null ? {} : { fallback: sum.fallback.reason, fallback_records: sum.fallback.records };
  return { response: responseOf(model, request, tensorsOfPredictions(wanted, predictions), marks), answered: sum };
}

function responseOf(
  { launch }: OnlineModel,
  { id }: InferRequest,
  outputs: InferResponse['outputs'],
  parameters: InferResponse['parameters'],
): InferResponse {
  return { modelName: launch.model, modelVersion: launch.version, id, parameters, outputs };
}

/** The scheduling parameters: `timeout`, in microseconds from the arrival, can only shorten; `priority` is one for all. */
function shortened(limits: InferLimits, { parameters }: InferRequest): RunLimits {
  const { timeout, priority } = parameters;
  for (const [name, value] of Object.entries({ timeout, priority })) {
    if (value === undefined || (typeof value === 'number' && Number.isInteger(value) && value >= 0)) continue;
    const message = `The parameter ${name} is ${JSON.stringify(value)}; it must be a whole number from 0.`;
    throw fail('INFER_REQUEST_INVALID', { message });
  }
  if (timeout === undefined || timeout === 0) return limits;
  return {
    deadlineMs: Math.min(limits.deadlineMs, limits.arrivedMs + Number(timeout) / 1000),
    isCancelled: () => limits.isCancelled(),
    onCancel: (listener) => limits.onCancel(listener),
    trace: limits.trace ?? null,
  };
}

function then<T, R>(made: MaybePromise<T>, next: (value: T) => R): MaybePromise<R> {
  return isPromise(made) ? made.then(next) : next(made);
}
