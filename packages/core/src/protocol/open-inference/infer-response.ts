import { type Bytes, writeBinary } from './binary-tensors.ts';
import { writeJsonData } from './json-tensors.ts';
import type { InferParameters, Tensor } from './tensor.ts';

/** The answer to an inference request, whichever way it goes. */
export interface InferResponse {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly id: string | null;
  readonly parameters: InferParameters;
  readonly outputs: readonly OutputTensor[];
}

export interface OutputTensor extends Tensor {
  /** Whether its elements follow the JSON part as bytes. */
  readonly binary: boolean;
}

/** An answer of HTTP: the JSON part, and the bytes that follow it; none where every output stands in JSON. */
export interface WrittenResponse {
  readonly json: string;
  readonly binary: readonly Bytes[];
}

/** Writes an answer. `numberText` writes a float32 with the fewest digits that read back the same. */
export function writeInferResponse(response: InferResponse, numberText: (value: number) => string): WrittenResponse {
  const binary: Bytes[] = [];
  const outputs = response.outputs.map((tensor) => {
    const head = `{"name":${JSON.stringify(tensor.name)},"datatype":"${tensor.datatype}","shape":[${tensor.shape.join(',')}]`;
    if (!tensor.binary) return `${head},"data":${writeJsonData(tensor, numberText)}}`;
    const bytes = writeBinary(tensor.datatype, tensor.values);
    binary.push(bytes);
    return `${head},"parameters":{"binary_data_size":${bytes.length}}}`;
  });
  const { modelName, modelVersion, id, parameters } = response;
  const names = `"model_name":${JSON.stringify(modelName)},"model_version":${JSON.stringify(modelVersion)}`;
  const echoed = id === null ? '' : `,"id":${JSON.stringify(id)}`;
  const told = Object.keys(parameters).length === 0 ? '' : `,"parameters":${JSON.stringify(parameters)}`;
  return { json: `{${names}${echoed}${told},"outputs":[${outputs.join(',')}]}`, binary };
}
