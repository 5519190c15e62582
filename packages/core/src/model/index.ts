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
  Session,
  TensorSpec,
  TensorType,
} from './session.ts';
export { isTextLane } from './session.ts';
