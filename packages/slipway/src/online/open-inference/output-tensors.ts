import {
  type ColumnPredictions,
  fail,
  type InferRequest,
  nearest,
  type OutputTensor,
  type Prediction,
  type RequestedOutput,
  readFlag,
  type TensorValues,
  type Value,
} from '@slipway/core';
import type { OnlineModel } from '../ports.ts';
import { fallbackTensor, predictionIdTensor, type TensorForm, tensorsOf } from './model-tensors.ts';

/** An output that a request wants, and whether as binary data. */
export interface WantedOutput extends TensorForm {
  readonly binary: boolean;
}

/**
 * The outputs that a request wants, in its order; all that the model gives where it names none. Raises
 * INFER_REQUEST_INVALID for one that the model does not give.
 */
export function wantedOutputs(model: OnlineModel, request: InferRequest): readonly WantedOutput[] {
  const { outputs: given } = tensorsOf(model);
  const binary = readFlag(request.parameters, 'binary_data_output') ?? false;
  if (request.outputs === null) return given.map((form) => ({ ...form, binary }));
  const seen = new Set<string>();
  return request.outputs.map((wanted) => {
    const form = given.find(({ name }) => name === wanted.name);
    if (form === undefined) throw unknownOutput(wanted, given);
    if (seen.has(wanted.name)) {
      throw fail('INFER_REQUEST_INVALID', { message: `The output ${JSON.stringify(wanted.name)} is asked for twice.` });
    }
    seen.add(wanted.name);
    return { ...form, binary: wanted.binary ?? binary };
  });
}

function unknownOutput({ name }: RequestedOutput, given: readonly TensorForm[]): Error {
  const names = given.map((form) => form.name);
  const meant = nearest(name, names);
  const hint = meant === null ? `It gives ${names.join(', ')}.` : `Did you mean ${JSON.stringify(meant)}?`;
  const message = `The model gives no output ${JSON.stringify(name.slice(0, 100))}.`;
  return fail('INFER_REQUEST_INVALID', { message, hint });
}

/** Outputs of rows that the model answered, all of them. The session's arrays are copied: it uses them again. */
export function tensorsOfColumns(wanted: readonly WantedOutput[], predictions: ColumnPredictions): OutputTensor[] {
  const { rows, fields } = predictions;
  return wanted.map((form): OutputTensor => {
    const field = fields.find(({ name }) => name === form.name);
    if (field !== undefined) return tensor(form, rows, copied(form, field.values), null);
    if (form.name === fallbackTensor) return tensor(form, rows, new Array<string>(rows).fill(''), null);
    return tensor(
      form,
      rows,
      Array.from({ length: rows }, (_, row) => predictions.predictionId(row)),
      null,
    );
  });
}

function copied({ datatype }: WantedOutput, values: ArrayLike<number | string>): TensorValues {
  switch (datatype) {
    case 'BYTES':
      return Array.from(values, String);
    case 'BOOL':
      return Uint8Array.from(values as ArrayLike<number>);
    case 'INT64':
      return BigInt64Array.from(values as ArrayLike<number> as number[], BigInt);
    case 'FP32':
      return Float32Array.from(values as ArrayLike<number>);
    default:
      return Float64Array.from(values as ArrayLike<number>);
  }
}

/**
 * Outputs of predictions, some of them by the fallback. Its nulls are null in JSON and NaN in a binary float; a form
 * that has no null for one raises FALLBACK_HAS_NULL, since any value in its place would be made up.
 */
export function tensorsOfPredictions(
  wanted: readonly WantedOutput[],
  predictions: readonly Prediction[],
): OutputTensor[] {
  return wanted.map((form): OutputTensor => {
    const rows = predictions.length;
    if (form.name === predictionIdTensor)
      return tensor(
        form,
        rows,
        predictions.map(({ predictionId }) => predictionId),
        null,
      );
    if (form.name === fallbackTensor)
      return tensor(
        form,
        rows,
        predictions.map(({ fallback }) => fallback?.reason ?? ''),
        null,
      );
    return fieldTensor(form, predictions);
  });
}

function fieldTensor(form: WantedOutput, predictions: readonly Prediction[]): OutputTensor {
  const width = form.shape.slice(1).reduce((product, size) => product * size, 1);
  const rows = predictions.length;
  let nulls: Uint8Array | null = null;
  const flat: (number | string)[] = [];
  predictions.forEach(({ outputs }, row) => {
    const value = outputs[form.name] ?? null;
    if (value === null) {
      nulls ??= new Uint8Array(rows * width);
      nulls.fill(1, row * width, (row + 1) * width);
      for (let k = 0; k < width; k++)
        flat.push(form.datatype === 'BYTES' ? '' : form.datatype.startsWith('FP') ? Number.NaN : 0);
    } else flat.push(...flatValues(value));
  });
  if (nulls !== null && form.binary && !form.datatype.startsWith('FP')) throw unsayable(form);
  return tensor(form, rows, copied(form, flat), nulls);
}

function flatValues(value: Value): (number | string)[] {
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap(flatValues);
  return [typeof value === 'boolean' ? Number(value) : (value as number | string)];
}

function unsayable({ name, datatype }: WantedOutput): Error {
  const message = `The fallback answers with a null for ${JSON.stringify(name)}, which ${datatype} in binary cannot say.`;
  return fail('FALLBACK_HAS_NULL', { message });
}

function tensor(form: WantedOutput, rows: number, values: TensorValues, nulls: Uint8Array | null): OutputTensor {
  const { name, datatype, shape, binary } = form;
  return { name, datatype, shape: [rows, ...shape.slice(1)], values, nulls, binary };
}
