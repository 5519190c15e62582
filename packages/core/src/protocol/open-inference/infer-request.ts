import { nearest } from '../../contract/index.ts';
import { fail, type SlipwayError } from '../../errors/index.ts';
import { type Bytes, readBinary } from './binary-tensors.ts';
import { datatypes, isDatatype } from './datatypes.ts';
import { readJsonData } from './json-tensors.ts';
import { type InferParameters, quoted, readShape, shown, type Tensor, tensorFault } from './tensor.ts';

/** An inference request, whichever way it came. */
export interface InferRequest {
  readonly id: string | null;
  readonly parameters: InferParameters;
  readonly inputs: readonly Tensor[];
  /** Null where the caller wants all outputs. */
  readonly outputs: readonly RequestedOutput[] | null;
}

export interface RequestedOutput {
  readonly name: string;
  /** Whether it comes as binary data; as the request says where null. */
  readonly binary: boolean | null;
}

/**
 * Reads an inference request out of its JSON part and the bytes that follow it, which the inputs with a
 * `binary_data_size` take in their order. Raises INFER_REQUEST_INVALID and TENSOR_INVALID.
 */
export function readInferRequest(json: unknown, binary: Bytes): InferRequest {
  const request = objectOf(json, 'The request');
  expectKnown(request, requestNames, 'the request');
  const { id, inputs, outputs } = request;
  if (id !== undefined && typeof id !== 'string') throw invalid(`The id is ${shown(id)}, not a text.`);
  if (!Array.isArray(inputs)) throw invalid('The request has no list of `inputs`.');
  return {
    id: id ?? null,
    parameters: readParameters(request.parameters, 'The request'),
    inputs: readInputs(inputs, binary),
    outputs: readRequestedOutputs(outputs),
  };
}

/** KServe's client says the model again, which the address has said already. */
const requestNames = ['id', 'parameters', 'inputs', 'outputs', 'model_name', 'model_version'];
const inputNames = ['name', 'shape', 'datatype', 'parameters', 'data'];
const outputNames = ['name', 'parameters'];

function readInputs(inputs: readonly unknown[], binary: Bytes): readonly Tensor[] {
  let taken = 0;
  const read = inputs.map((input, index) => {
    const what = `inputs[${index}]`;
    const tensor = objectOf(input, `\`${what}\``);
    expectKnown(tensor, inputNames, what);
    const { name, datatype, data } = tensor;
    if (typeof name !== 'string') throw invalid(`\`${what}\` has no name.`, what);
    expectDatatype(name, datatype);
    const { shape, count } = readShape(name, tensor.shape);
    const parameters = readParameters(tensor.parameters, `The tensor ${quoted(name)}`);
    refuseSharedMemory(name, parameters);
    const size = parameters.binary_data_size;
    if (size === undefined) return { name, datatype, shape, ...readJsonData(name, datatype, shape, count, data) };
    if (data !== undefined) throw tensorFault(name, 'there is `data`, and `binary_data_size` beside it');
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      throw tensorFault(name, `binary_data_size is ${shown(size)}, which is no number of bytes`);
    }
    if (size > binary.length - taken) {
      const left = `${binary.length - taken} bytes are left of the body`;
      throw tensorFault(name, `binary_data_size is ${size}, but ${left}`);
    }
    taken += size;
    const values = readBinary(name, datatype, count, binary.subarray(taken - size, taken));
    return { name, datatype, shape, values, nulls: null };
  });
  if (taken === binary.length) return read;
  throw invalid(`${binary.length - taken} bytes of the body belong to no input: ${taken} are spoken for.`);
}

export function expectDatatype(name: string, datatype: unknown): asserts datatype is Tensor['datatype'] {
  if (isDatatype(datatype)) return;
  const meant = typeof datatype === 'string' ? nearest(datatype, datatypes) : null;
  const hint = meant === null ? `Datatypes are ${datatypes.join(', ')}.` : `Did you mean ${meant}?`;
  throw tensorFault(name, `the datatype is ${shown(datatype)}, which the protocol does not have`, hint);
}

function readRequestedOutputs(outputs: unknown): readonly RequestedOutput[] | null {
  if (outputs === undefined) return null;
  if (!Array.isArray(outputs)) throw invalid('`outputs` is not a list.');
  // An empty list is what clients send that mean all.
  if (outputs.length === 0) return null;
  return outputs.map((output: unknown, index) => {
    const what = `outputs[${index}]`;
    const wanted = objectOf(output, `\`${what}\``);
    expectKnown(wanted, outputNames, what);
    const { name } = wanted;
    if (typeof name !== 'string') throw invalid(`\`${what}\` has no name.`, what);
    const parameters = readParameters(wanted.parameters, `The output ${quoted(name)}`);
    return requestedOutput(name, parameters);
  });
}

/** A requested output, of its name and parameters. Raises INFER_REQUEST_INVALID. */
export function requestedOutput(name: string, parameters: InferParameters): RequestedOutput {
  refuseSharedMemory(name, parameters);
  const count = parameters.classification;
  if (count !== undefined && count !== 0) {
    throw invalid(`The output ${quoted(name)} is wanted as a classification, which is not offered.`);
  }
  return { name, binary: readFlag(parameters, 'binary_data') };
}

/** A parameter that is true or false; null where it is not there. Raises INFER_REQUEST_INVALID. */
export function readFlag(parameters: InferParameters, name: string): boolean | null {
  const value = parameters[name];
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value;
  throw invalid(`The parameter ${name} is ${shown(value)}; it must be true or false.`);
}

/** What a request may ask of a server that keeps memory or sequences, and this one does not. Raises INFER_REQUEST_INVALID. */
export function refuseUnsupported(parameters: InferParameters): void {
  for (const name of ['sequence_id', 'sequence_start', 'sequence_end']) {
    if (parameters[name] === undefined || parameters[name] === false || parameters[name] === 0) continue;
    throw invalid(`The parameter ${name} is given, but no model here keeps a state between requests.`);
  }
}

export function refuseSharedMemory(name: string, parameters: InferParameters): void {
  if (parameters.shared_memory_region === undefined) return;
  throw tensorFault(name, 'the data is said to be in shared memory, which is not offered', 'Send it in the request.');
}

function readParameters(value: unknown, whose: string): InferParameters {
  if (value === undefined || value === null) return {};
  const parameters = objectOf(value, `${whose} has \`parameters\` that`);
  const read: Record<string, string | number | boolean> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    if (typeof parameter === 'bigint') read[name] = Number(parameter);
    else if (typeof parameter === 'string' || typeof parameter === 'number' || typeof parameter === 'boolean') {
      read[name] = parameter;
    } else {
      throw invalid(`${whose} has the parameter ${quoted(name)} of ${shown(parameter)}: not text, number or boolean.`);
    }
  }
  return read;
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw invalid(`${what} is ${shown(value)}, not an object.`);
}

function expectKnown(object: object, names: readonly string[], what: string): void {
  for (const name of Object.keys(object)) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const hint = meant === null ? `Known are ${names.join(', ')}.` : `Did you mean ${quoted(meant)}?`;
    throw invalid(`${quoted(name)} is not known in ${what}.`, what, hint);
  }
}

function invalid(message: string, where?: string, hint?: string): SlipwayError {
  return fail('INFER_REQUEST_INVALID', { message, where, hint });
}
