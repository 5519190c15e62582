export { heavyModel } from './heavy.ts';
export { type LeafWiseOptions, leafWiseModel } from './leaf-wise.ts';
export {
  type LogisticOptions,
  type LogisticParameters,
  linearRegressorModel,
  logisticModel,
  logisticParameters,
  multiClassModel,
  networkModel,
} from './linear.ts';
export { type Activation, activations, denseNetwork, type NetworkHead, type NetworkOptions } from './networks.ts';
export {
  type AttributeValue,
  floatTensor,
  type GraphParts,
  int64Tensor,
  mapsOf,
  modelOf,
  node,
  value,
} from './parts.ts';
export { categoryName, encoderModel, imputerModel, type PipelineOptions } from './pipelines.ts';
export { embeddingLaunch, imageLaunch } from './tensor-launches.ts';
export {
  echoModel,
  embeddingModel,
  embeddingTable,
  halfModel,
  imageLabels,
  imageModel,
  type TextModelOptions,
} from './tensors.ts';
export { refusingModel, textModel } from './text.ts';
export {
  type CaseBranch,
  type CaseNode,
  type CaseQuestion,
  type CaseTree,
  caseAggregates,
  caseModes,
  caseTransforms,
  type TreeCase,
  treeCaseColumns,
  treeCaseThresholds,
} from './tree-case.ts';
export { treeCaseModel } from './tree-case-model.ts';
export {
  boostedModel,
  type ForestOptions,
  forestModel,
  stumpModel,
  type TreesOptions,
  treeRegressorModel,
} from './trees.ts';
