import { create } from '@bufbuild/protobuf';
import {
  type Datatype,
  expectDatatype,
  fail,
  type InferParameters,
  type InferRequest,
  type InferResponse,
  readBinary,
  readShape,
  readText,
  refuseSharedMemory,
  requestedOutput,
  type Tensor,
  type TensorValues,
  tensorFault,
  writeBinary,
} from '@slipway/core';
import {
  type InferParameter,
  type InferTensorContents,
  InferTensorContentsSchema,
  type ModelInferRequest,
  type ModelInferRequest_InferInputTensor,
  type ModelInferResponse,
  ModelInferResponseSchema,
} from './open-inference.generated.ts';

/** Reads a call's message. Raises INFER_REQUEST_INVALID and TENSOR_INVALID. */
export function readInferMessage(message: ModelInferRequest): InferRequest {
  const { inputs, outputs, rawInputContents: raw } = message;
  if (raw.length > 0 && raw.length !== inputs.length) {
    const text = `There are ${raw.length} raw_input_contents for ${inputs.length} inputs; give one for each, or none.`;
    throw fail('INFER_REQUEST_INVALID', { message: text });
  }
  const wanted = outputs.map(({ name, parameters }) => {
    const { name: read } = requestedOutput(name, readParameters(parameters));
    // All of a message is binary: a null has no place in it.
    return { name: read, binary: true };
  });
  return {
    id: message.id === '' ? null : message.id,
    parameters: { ...readParameters(message.parameters), binary_data_output: true },
    inputs: inputs.map((input, index) => readInput(input, raw[index])),
    outputs: wanted.length === 0 ? null : wanted,
  };
}

function readInput(input: ModelInferRequest_InferInputTensor, raw: Uint8Array | undefined): Tensor {
  const { name, datatype, contents } = input;
  expectDatatype(name, datatype);
  refuseSharedMemory(name, readParameters(input.parameters));
  const { shape, count } = readShape(name, input.shape.map(Number));
  if (raw === undefined) {
    return { name, datatype, shape, values: readContents(name, datatype, count, contents), nulls: null };
  }
  if (contents !== undefined && fields.some((field) => contents[field].length > 0)) {
    throw tensorFault(name, 'there are contents, and raw_input_contents beside them');
  }
  return { name, datatype, shape, values: readBinary(name, datatype, count, raw), nulls: null };
}

type ContentsField = Exclude<keyof InferTensorContents, '$typeName' | '$unknown'>;

/** Where the elements of each datatype stand. The short floats have no field. */
const fieldOf: Readonly<Record<Datatype, ContentsField | null>> = {
  BOOL: 'boolContents',
  UINT8: 'uintContents',
  UINT16: 'uintContents',
  UINT32: 'uintContents',
  UINT64: 'uint64Contents',
  INT8: 'intContents',
  INT16: 'intContents',
  INT32: 'intContents',
  INT64: 'int64Contents',
  FP16: null,
  BF16: null,
  FP32: 'fp32Contents',
  FP64: 'fp64Contents',
  BYTES: 'bytesContents',
};

const fields = [...new Set(Object.values(fieldOf).filter((field) => field !== null))];

function readContents(
  name: string,
  datatype: Datatype,
  count: number,
  contents: InferTensorContents | undefined,
): TensorValues {
  const field = fieldOf[datatype];
  if (field === null) {
    throw tensorFault(
      name,
      `the datatype is ${datatype}, which contents have no field for`,
      'Send raw_input_contents.',
    );
  }
  const stray =
    contents === undefined ? undefined : fields.find((other) => other !== field && contents[other].length > 0);
  if (stray !== undefined) throw tensorFault(name, `the datatype is ${datatype}, but the elements stand in ${stray}`);
  const elements = contents?.[field] ?? [];
  if (elements.length !== count) {
    throw tensorFault(name, `there are ${elements.length} elements, but its shape says ${count}`);
  }
  return asValues(name, datatype, elements);
}

type Elements = InferTensorContents[ContentsField];

function asValues(name: string, datatype: Datatype, elements: Elements): TensorValues {
  switch (datatype) {
    case 'BYTES':
      return (elements as Uint8Array[]).map((bytes, index) => readText(name, index, bytes));
    case 'BOOL':
      return Uint8Array.from(elements as boolean[], Number);
    case 'INT64':
      return BigInt64Array.from(elements as bigint[]);
    case 'UINT64':
      return BigUint64Array.from(elements as bigint[]);
    case 'FP32':
      return Float32Array.from(elements as number[]);
    case 'FP64':
      return Float64Array.from(elements as number[]);
    default:
      return narrow(name, datatype, elements as number[]);
  }
}

const narrowArrays = {
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
} as const;

/** A field of 32 bits may hold more than its datatype, and a typed array would cut it without a word. */
function narrow(name: string, datatype: Datatype, elements: readonly number[]): TensorValues {
  const values = narrowArrays[datatype as keyof typeof narrowArrays].from(elements);
  const odd = elements.findIndex((element, at) => values[at] !== element);
  if (odd === -1) return values;
  throw tensorFault(name, `element ${odd} is ${elements[odd]}, which is no ${datatype}`);
}

const utf8 = new TextEncoder();

/** The answer as a message: in raw bytes where the request was, else in contents. */
export function writeInferMessage(response: InferResponse, asRaw: boolean): ModelInferResponse {
  const { modelName, modelVersion, id, parameters, outputs } = response;
  return create(ModelInferResponseSchema, {
    modelName,
    modelVersion,
    id: id ?? '',
    parameters: writeParameters(parameters),
    outputs: outputs.map(({ name, datatype, shape, values }) => ({
      name,
      datatype,
      shape: shape.map(BigInt),
      ...(asRaw ? {} : { contents: writeContents(datatype, values) }),
    })),
    rawOutputContents: asRaw ? outputs.map(({ datatype, values }) => writeBinary(datatype, values)) : [],
  });
}

/** Of the datatypes that outputs have. */
function writeContents(datatype: Datatype, values: TensorValues): InferTensorContents {
  const numbers = () => Array.from(values as Float64Array);
  switch (datatype) {
    case 'BOOL':
      return create(InferTensorContentsSchema, { boolContents: Array.from(values as Uint8Array, Boolean) });
    case 'INT64':
      return create(InferTensorContentsSchema, { int64Contents: Array.from(values as BigInt64Array) });
    case 'FP32':
      return create(InferTensorContentsSchema, { fp32Contents: numbers() });
    case 'BYTES':
      return create(InferTensorContentsSchema, {
        bytesContents: (values as readonly string[]).map((text) => utf8.encode(text)),
      });
    default:
      return create(InferTensorContentsSchema, { fp64Contents: numbers() });
  }
}

function readParameters(given: Readonly<Record<string, InferParameter>>): InferParameters {
  const read: Record<string, string | number | boolean> = {};
  for (const [name, { parameterChoice }] of Object.entries(given)) {
    const { value } = parameterChoice;
    if (value !== undefined) read[name] = typeof value === 'bigint' ? Number(value) : value;
  }
  return read;
}

function writeParameters(parameters: InferParameters) {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, { parameterChoice: choice(value) }]),
  );
}

function choice(value: string | number | boolean) {
  if (typeof value === 'string') return { case: 'stringParam', value } as const;
  if (typeof value === 'boolean') return { case: 'boolParam', value } as const;
  return Number.isInteger(value)
    ? ({ case: 'int64Param', value: BigInt(value) } as const)
    : ({ case: 'doubleParam', value } as const);
}
