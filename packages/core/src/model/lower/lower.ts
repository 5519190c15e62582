import { fuse } from '../ir/fuse.ts';
import type { Lane, Program, ProgramOutput } from '../ir/program.ts';
import { prune } from '../ir/prune.ts';
import { writtenLanes } from '../ir/wide-values.ts';
import type { OnnxModel, OnnxNode } from '../onnx/types.ts';
import type { Binding, OutputLane } from '../session.ts';
import {
  lowerElu,
  lowerErf,
  lowerGelu,
  lowerHardSigmoid,
  lowerLeakyRelu,
  lowerPRelu,
  lowerRelu,
  lowerSelu,
  lowerSigmoid,
  lowerSoftplus,
  lowerSoftsign,
  lowerTanh,
} from './activations.ts';
import { lowerArrayFeatureExtractor } from './array-feature-extractor.ts';
import { lowerBinarizer } from './binarizer.ts';
import { lowerFlatten, lowerIdentity, lowerReshape, lowerZipMap } from './columns.ts';
import { lowerConcat } from './concat.ts';
import { lowerFeatureVectorizer } from './feature-vectorizer.ts';
import { lowerImputer } from './imputer.ts';
import { lowerInputs } from './inputs.ts';
import { lowerCategoryMapper, lowerLabelEncoder } from './label-encoder.ts';
import { lowerLinearClassifier, lowerLinearRegressor } from './linear.ts';
import { lowerGemm, lowerMatMul } from './matmul.ts';
import { lowerNormalizer, lowerScaler } from './numeric.ts';
import { lowerOneHotEncoder } from './one-hot-encoder.ts';
import { plainOperators } from './plain-operators.ts';
import { Refusal, refuse } from './refusal.ts';
import { Scope } from './scope.ts';
import { lowerLogSoftmax, lowerSoftmax } from './softmax.ts';
import { lowerSvmClassifier, lowerSvmRegressor } from './svm.ts';
import { countOf, type LabelTensor, rowAxisOf } from './tensor.ts';
import { lowerTreeClassifier } from './tree-classifier.ts';
import { lowerTreeRegressor } from './tree-regressor.ts';
import { lowerTreeEnsemble } from './tree-v5.ts';

/** A program, or which construct the compiler leaves to ONNX Runtime and why. */
export type Lowering =
  | { readonly kind: 'program'; readonly program: Program }
  | { readonly kind: 'refused'; readonly op: string; readonly node: string; readonly reason: string };

type LowerOperator = (scope: Scope, node: OnnxNode) => void;

/** By operator, with its domain unless that is the default one. */
const operators = new Map<string, LowerOperator>([
  ['Identity', lowerIdentity],
  ['Concat', lowerConcat],
  ['Flatten', lowerFlatten],
  ['Reshape', lowerReshape],
  ['MatMul', lowerMatMul],
  ['Gemm', lowerGemm],
  ['Softmax', lowerSoftmax],
  ['LogSoftmax', lowerLogSoftmax],
  ['Relu', lowerRelu],
  ['Sigmoid', lowerSigmoid],
  ['Tanh', lowerTanh],
  ['LeakyRelu', lowerLeakyRelu],
  ['PRelu', lowerPRelu],
  ['Elu', lowerElu],
  ['Selu', lowerSelu],
  ['Softplus', lowerSoftplus],
  ['Softsign', lowerSoftsign],
  ['HardSigmoid', lowerHardSigmoid],
  ['Erf', lowerErf],
  ['Gelu', lowerGelu],
  ['ai.onnx.ml.ArrayFeatureExtractor', lowerArrayFeatureExtractor],
  ['ai.onnx.ml.Binarizer', lowerBinarizer],
  ['ai.onnx.ml.CategoryMapper', lowerCategoryMapper],
  ['ai.onnx.ml.FeatureVectorizer', lowerFeatureVectorizer],
  ['ai.onnx.ml.Imputer', lowerImputer],
  ['ai.onnx.ml.LabelEncoder', lowerLabelEncoder],
  ['ai.onnx.ml.OneHotEncoder', lowerOneHotEncoder],
  ...plainOperators,
  ['ai.onnx.ml.Scaler', lowerScaler],
  ['ai.onnx.ml.Normalizer', lowerNormalizer],
  ['ai.onnx.ml.LinearClassifier', lowerLinearClassifier],
  ['ai.onnx.ml.LinearRegressor', lowerLinearRegressor],
  ['ai.onnx.ml.SVMClassifier', lowerSvmClassifier],
  ['ai.onnx.ml.SVMRegressor', lowerSvmRegressor],
  ['ai.onnx.ml.TreeEnsemble', lowerTreeEnsemble],
  ['ai.onnx.ml.TreeEnsembleClassifier', lowerTreeClassifier],
  ['ai.onnx.ml.TreeEnsembleRegressor', lowerTreeRegressor],
  ['ai.onnx.ml.ZipMap', lowerZipMap],
]);

/** Names of the operators that the compiler knows, with the domain in front unless that is ai.onnx. */
export function compiledOperators(): readonly string[] {
  return [...operators.keys()];
}

/** Beyond this many lanes that no loop fills, generated code would be larger than engines optimise. */
const lanesMax = 4096;

/** A program that fusing and loops make small may have more: one-hot encodings of many categories, pictures. */
const lanesBeforeFusingMax = 32_768;

/** Beyond this many weights in sums ONNX Runtime is as fast for a single row, and far faster for many (decision 0010). */
const weightsMax = 131_072;

/** Beyond this many coordinates of support vectors ONNX Runtime takes a single row faster too (decision 0010). */
const coordinatesMax = 5120;

/**
 * Lowers the part of the model that the binding asks for. Refuses (as a value) every operator and construct whose
 * result could differ from ONNX Runtime 1.30.0's; raises ARTIFACT_CORRUPT for a model that contradicts itself.
 */
export function lower(model: OnnxModel, binding: Binding): Lowering {
  try {
    return { kind: 'program', program: toProgram(model, binding) };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return { kind: 'refused', op: thrown.op, node: thrown.node, reason: thrown.message };
  }
}

function toProgram(model: OnnxModel, binding: Binding): Program {
  const scope = new Scope(model.graph.initializers, model.opsets);
  const features = lowerInputs(scope, model.graph.inputs, binding.inputs);
  const wanted = binding.outputs.map((lane) => lane.output);
  for (const node of neededNodes(model.graph.nodes, wanted)) lowerNode(scope, node);
  const outputs = binding.outputs.map((lane) => outputOf(scope, lane));
  const program = prune({ features, widths: scope.widths, steps: scope.steps, outputs });
  refuseMany(lanesOf(program), lanesBeforeFusingMax);
  if (lanesOf(program) > lanesMax) refuseMany(writtenLanes(fuse(program)), lanesMax);
  refuseWeights(program);
  return program;
}

function lanesOf({ widths }: Program): number {
  return widths.reduce((sum, width) => sum + width, 0);
}

function refuseMany(lanes: number, limit: number): void {
  if (lanes > limit)
    throw new Refusal('graph', '', `it has ${lanes} values a row, over the compiler's limit of ${limit}`);
}

function refuseWeights({ steps }: Program): void {
  const weights = steps.reduce((sum, step) => sum + (step.op === 'linear' ? step.weights.length : 0), 0);
  const coordinates = steps.reduce((sum, step) => sum + (step.op === 'distances' ? step.vectors.length : 0), 0);
  if (coordinates > coordinatesMax)
    throw new Refusal(
      'graph',
      '',
      `its support vectors have ${coordinates} coordinates, over the compiler's limit of ${coordinatesMax}`,
    );
  if (weights > weightsMax)
    throw new Refusal('graph', '', `it has ${weights} weights, over the compiler's limit of ${weightsMax}`);
}

/** Walks back from the wanted outputs: a branch of the graph that nobody reads need not be understood. */
export function neededNodes(nodes: readonly OnnxNode[], outputs: readonly string[]): readonly OnnxNode[] {
  const names = new Set(outputs);
  const needed = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => names.has(name))) return false;
    for (const name of node.inputs) names.add(name);
    return true;
  });
  return needed.toReversed();
}

/** True where the compiler knows the operator; it may still refuse how a node uses it. */
export function knowsOperator({ domain, opType }: OnnxNode): boolean {
  return operatorOf(domain, opType) !== undefined;
}

function operatorOf(domain: string, opType: string): LowerOperator | undefined {
  return operators.get(domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`);
}

/** Older operators stretch their inputs by other rules. */
const opsetMin = 9;

export function lowerNode(scope: Scope, node: OnnxNode): void {
  const domain = node.domain === 'ai.onnx' ? '' : node.domain;
  const operator = operatorOf(domain, node.opType);
  if (operator === undefined) throw refuse(node, 'the compiler does not know this operator');
  const version = scope.opsets.get(domain) ?? scope.opsets.get('ai.onnx') ?? 1;
  if (domain === 'ai.onnx.ml') refuseVersion(node, version);
  if (domain === '' && version < opsetMin)
    throw refuse(node, `it is of ai.onnx ${version}; the compiler knows ${opsetMin} and later`);
  try {
    operator(scope, node);
  } catch (thrown) {
    // What a step or a size is refused for is refused of the node that asked for it.
    throw thrown instanceof Refusal && thrown.node === '' ? refuse(node, thrown.message) : thrown;
  }
}

/** ai.onnx.ml 5 brought TreeEnsemble in place of the older tree operators, and changed nothing else. */
function refuseVersion(node: OnnxNode, version: number): void {
  if (version > 5) throw refuse(node, `it is of ai.onnx.ml ${version}; the compiler knows up to 5`);
  const since5 = node.opType === 'TreeEnsemble';
  if (since5 !== version > 4 && node.opType.startsWith('TreeEnsemble'))
    throw refuse(node, `ai.onnx.ml ${version} does not have it${since5 ? '' : ' any more'}`);
}

function outputOf(scope: Scope, wanted: OutputLane): ProgramOutput {
  const refused = (reason: string) => new Refusal('output', wanted.output, reason);
  const tensor = scope.tensors.get(wanted.output);
  if (tensor === undefined) throw refused('the graph does not compute it from the inputs');
  if (tensor.type === 'text') throw refused('it is text that no table of the model holds');
  if (rowAxisOf(tensor) !== 0) throw refused('its first size is not the number of rows');
  const count = wanted.shape === undefined ? tensor.lanes.length : countOf(wanted.shape);
  if (count !== tensor.lanes.length) throw refused(`it has ${tensor.lanes.length} columns; ${count} are asked for`);
  const lane = tensor.lanes[wanted.column];
  if (lane === undefined) throw refused(`it has ${tensor.lanes.length} columns; number ${wanted.column} is asked for`);
  if (tensor.type === 'label') return labelOutput(scope, tensor, lane, wanted, refused);
  if (wanted.labels !== null) return codedOutput(scope, lane, wanted.labels, refused);
  if (wanted.type !== tensor.type) throw refused(`it is declared as ${wanted.type} but computed as ${tensor.type}`);
  return { form: tensor.type === 'float32' ? 'float32' : 'float64', lane };
}

/** Labels come as indexes into the binding's list, as numbers, or as text, as the binding wants them. */
function labelOutput(
  scope: Scope,
  tensor: LabelTensor,
  lane: Lane,
  wanted: OutputLane,
  refused: (reason: string) => Refusal,
): ProgramOutput {
  const { labels } = tensor;
  const { labels: order } = wanted;
  if (order !== null) {
    const table = labels.map((label) => order.indexOf(label));
    if (table.includes(-1)) throw refused('its labels are not those that are asked for');
    if (table.every((position, index) => position === index)) return { form: 'index', lane };
    return { form: 'index', lane: scope.add({ op: 'lookup', inputs: [lane], table }, 1)[0] };
  }
  if (labels.every((label) => typeof label === 'number')) {
    const form = wanted.type === 'float32' ? 'float32' : 'float64';
    return { form, lane: scope.add({ op: 'lookup', inputs: [lane], table: labels.map(Number) }, 1)[0] };
  }
  return { form: 'text', lane, texts: labels.map(String) };
}

/** Numbers that are asked for as indexes of labels. A number that is no label would have no index. */
function codedOutput(
  scope: Scope,
  lane: Lane,
  labels: readonly (string | number)[],
  refused: (reason: string) => Refusal,
): ProgramOutput {
  const value = scope.valueOf(lane);
  if (value === null || !labels.includes(value)) throw refused('it is asked for as labels but holds numbers');
  return { form: 'index', lane: scope.constantLanes([labels.indexOf(value)])[0] };
}
