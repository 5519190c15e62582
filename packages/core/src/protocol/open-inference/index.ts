export { type Bytes, readBinary, readText, writeBinary } from './binary-tensors.ts';
export { type Datatype, datatypeBytes, datatypes } from './datatypes.ts';
export { parseExactJson } from './exact-json.ts';
export {
  expectDatatype,
  type InferRequest,
  type RequestedOutput,
  readFlag,
  readInferRequest,
  refuseSharedMemory,
  refuseUnsupported,
  requestedOutput,
} from './infer-request.ts';
export { type InferResponse, type OutputTensor, type WrittenResponse, writeInferResponse } from './infer-response.ts';
export { type InferParameters, readShape, type Tensor, type TensorValues, tensorFault } from './tensor.ts';
