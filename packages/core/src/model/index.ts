export { type CompiledProgram, compileProgram } from './compile.ts';
export { openCompiledSession } from './compiled-session.ts';
export { engineVersion } from './engine-version.ts';
export type { Program } from './ir/program.ts';
export { listRefusals, type RefusedPart } from './lower/list-refusals.ts';
export { compiledOperators, type Lowering, lower } from './lower/lower.ts';
export { type Equality, type OperatorNote, operatorNotes } from './lower/operator-notes.ts';
export { exp, nextUp } from './math/index.ts';
export {
  customOperators,
  decodeModel,
  encodeModel,
  hasLoop,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
  onnxLimits,
  type TensorData,
  withoutZipMap,
} from './onnx/index.ts';
export {
  checkGolden,
  edgesOf,
  type FeatureEdges,
  type GoldenCheck,
  type GoldenValues,
  type LabelComparison,
  type Proof,
  type ProofNumber,
  type ProofRequest,
  type ProofValue,
  proofHolds,
  proveSession,
  type RandomSource,
  type ScoreComparison,
  scoreTolerance,
} from './proof/index.ts';
export type {
  Binding,
  EngineName,
  FeatureBatch,
  InputLane,
  LaneValues,
  ModelSignature,
  OutputLane,
  OutputSpec,
  RowFunction,
  RunLimits,
  RunObserver,
  Session,
  TensorSpec,
  TensorType,
} from './session.ts';
export { isTextLane } from './session.ts';
export { readSignature } from './signature.ts';
export type { TreeForms } from './trees/choose-forms.ts';
