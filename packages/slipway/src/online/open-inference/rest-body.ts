import {
  type Bytes,
  type Datatype,
  datatypeBytes,
  fail,
  type InferRequest,
  parseExactJson,
  readBinary,
  readInferRequest,
  readText,
  type SlipwayError,
  type TensorType,
} from '@slipway/core';
import { serverLimits } from '../limits.ts';
import type { OnlineModel } from '../ports.ts';
import { readJson } from '../read-json.ts';
import { tensorsOf } from './model-tensors.ts';

/** Says how many bytes of a body are JSON; what follows are the tensors. 0: the body is nothing but one tensor. */
export const jsonLengthHeader = 'inference-header-content-length';

/** The request in a body: JSON, then binary tensors, or one tensor alone. Raises what is wrong with it. */
export function readRestRequest(model: OnlineModel, body: Buffer, header: string | string[] | undefined): InferRequest {
  const jsonBytes = header === undefined ? body.length : jsonLength(header, body.length);
  if (jsonBytes === 0 && header !== undefined) return rawRequest(model, body);
  const json = readJson(body.subarray(0, jsonBytes), serverLimits.depth, parseExactJson);
  return readInferRequest(json, body.subarray(jsonBytes));
}

function jsonLength(header: string | string[], bodyBytes: number): number {
  const text = String(header);
  const length = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (length <= bodyBytes) return length;
  const reason = Number.isNaN(length) ? 'which is no number of bytes' : `but the body has ${bodyBytes} bytes`;
  const message = `${jsonLengthHeader} is ${JSON.stringify(text.slice(0, 40))}, ${reason}.`;
  throw fail('HEADER_INVALID', { message });
}

/** A body that is the only tensor which the model takes: all outputs come back as binary data. */
function rawRequest(model: OnlineModel, body: Bytes): InferRequest {
  const { inputs, graphInputs } = tensorsOf(model);
  const [input] = inputs;
  const [graphInput] = graphInputs;
  const parameters = { binary_data_output: true };
  const request = { id: null, parameters, outputs: null };
  if (inputs.length === 1 && input !== undefined) {
    const { name, datatype, shape } = input;
    if (datatype === 'BYTES') {
      return { ...request, inputs: [{ name, datatype, shape: [1], values: [readText(name, 0, body)], nulls: null }] };
    }
    return { ...request, inputs: [rawTensor(name, datatype, shape.slice(1), body)] };
  }
  if (graphInputs.length !== 1 || graphInput === undefined) throw notRaw(inputs.length);
  const lane = model.predictor.session.binding.inputs.find(({ input: name }) => name === graphInput.name);
  const datatype = lane === undefined ? undefined : rawDatatypes[lane.type];
  if (datatype === undefined) throw notRaw(inputs.length);
  return { ...request, inputs: [rawTensor(graphInput.name, datatype, [graphInput.width], body)] };
}

type RawDatatype = Exclude<Datatype, 'BYTES'>;

/** Texts cannot be told apart without lengths, so they have none here. */
const rawDatatypes: Readonly<Partial<Record<TensorType, RawDatatype>>> = {
  float64: 'FP64',
  float32: 'FP32',
  float16: 'FP16',
  int64: 'INT64',
  int32: 'INT32',
  int16: 'INT16',
  int8: 'INT8',
  uint64: 'UINT64',
  uint32: 'UINT32',
  uint16: 'UINT16',
  uint8: 'UINT8',
  bool: 'BOOL',
};

function rawTensor(name: string, datatype: RawDatatype, rowShape: readonly number[], body: Bytes) {
  const size = datatypeBytes[datatype];
  const rowBytes = size * rowShape.reduce((product, length) => product * length, 1);
  const rows = rowBytes === 0 ? 0 : Math.floor(body.length / rowBytes);
  const count = rowBytes === 0 ? 0 : (rows * rowBytes) / size;
  if (rows * rowBytes !== body.length) {
    const message = `The body of ${body.length} bytes is no whole number of rows: one of ${datatype} [${rowShape.join(', ')}] takes ${rowBytes}.`;
    throw fail('TENSOR_INVALID', { message, where: JSON.stringify(name) });
  }
  const values = readBinary(name, datatype, count, body);
  return { name, datatype, shape: [rows, ...rowShape], values, nulls: null };
}

function notRaw(inputs: number): SlipwayError {
  const message = `The body is a tensor without a name, but the model takes ${inputs}.`;
  return fail('INFER_REQUEST_INVALID', { message, hint: 'Send a JSON part that names the inputs.' });
}
