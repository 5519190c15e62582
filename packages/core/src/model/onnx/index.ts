export { customOperators } from './custom-operators.ts';
export { decodeModel } from './decode-model.ts';
export { encodeModel } from './encode-model.ts';
export { hasLoop } from './has-loop.ts';
export { onnxLimits } from './limits.ts';
export type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
  TensorData,
} from './types.ts';
export { withoutZipMap } from './without-zip-map.ts';
