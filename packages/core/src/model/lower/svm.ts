import type { Lane, PairFunction } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { floats, integer, integers, oneOf } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { classLabels, outputClasses, postTransform } from './scores.ts';
import { matrix } from './tensor.ts';

const kernels = ['LINEAR', 'POLY', 'RBF', 'SIGMOID'] as const;

/** SVMRegressor: kernels of the support vectors, weighted, and rho. With `one_class` 1 above 0 and -1 elsewhere. */
export function lowerSvmRegressor(scope: Scope, node: OnnxNode): void {
  if (scope.input(node).type !== 'float32') throw refuse(node, `input is of type ${scope.input(node).type}`);
  refuseTransform(node);
  const weights = floats(node, 'coefficients') ?? new Float32Array(0);
  const bias = rhoOf(node, 1);
  const inputs = kernelsOf(scope, node, scope.float32Input(node), integer(node, 'n_supports', 0));
  if (weights.length !== inputs.length)
    throw refuse(node, `it has ${weights.length} coefficients for ${inputs.length}`);
  const scores = scope.add({ op: 'linear', inputs, weights, bias }, 1);
  if (integer(node, 'one_class', 0) === 0) {
    scope.output(node, 0, matrix(scores));
    return;
  }
  const above = scope.add({ op: 'above', inputs: scores, at: 0 }, 1);
  scope.output(node, 0, matrix(scope.add({ op: 'lookup', inputs: above, table: [-1, 1] }, 1)));
}

/**
 * SVMClassifier without probabilities: each pair of classes has a score, which votes for one of the two; the class with
 * most votes wins, the first of equals. Scores are those of the pairs; of two classes, the one and its opposite.
 * Probabilities come of an iteration that stops at a threshold, so a last bit may change many: they are refused.
 */
export function lowerSvmClassifier(scope: Scope, node: OnnxNode): void {
  refuseTransform(node);
  if ((floats(node, 'prob_a') ?? []).length > 0)
    throw refuse(node, 'its probabilities are found by an iteration that stops within a tolerance');
  const labels = classLabels(node, 'classlabels_ints', 'classlabels_strings');
  const counts = integers(node, 'vectors_per_class') ?? [];
  if (counts.length !== labels.length || labels.length < 2)
    throw refuse(node, `it has support vectors of ${counts.length} classes for ${labels.length} labels`);
  const supports = counts.reduce((sum, count) => sum + count, 0);
  if (supports === 0) throw refuse(node, 'it has no support vectors');
  const inputs = kernelsOf(scope, node, scope.float32Input(node, { float64: true }), supports);
  const pairs = pairsOf(labels.length);
  const weights = pairWeights(node, counts, pairs, supports);
  const scores = scope.add({ op: 'linear', inputs, weights, bias: rhoOf(node, pairs.length) }, pairs.length);
  const label = mostVotes(scope, scores, pairs, labels.length);
  outputClasses(scope, node, label, labels, labels.length > 2 ? scores : bothSides(scope, scores));
}

type Pair = readonly [number, number];

function pairsOf(classes: number): readonly Pair[] {
  return Array.from({ length: classes }, (_, first) =>
    Array.from({ length: classes - first - 1 }, (_, at): Pair => [first, first + 1 + at]),
  ).flat();
}

/**
 * One row of weights a pair: coefficients stand in rows, one for each other class, so row `b - 1` of the first class's
 * vectors and row `a` of the second's.
 */
function pairWeights(
  node: OnnxNode,
  counts: readonly number[],
  pairs: readonly Pair[],
  supports: number,
): Float32Array {
  const coefficients = floats(node, 'coefficients') ?? new Float32Array(0);
  if (coefficients.length !== (counts.length - 1) * supports)
    throw refuse(node, `it has ${coefficients.length} coefficients for ${supports} support vectors`);
  const starts = counts.map((_, at) => counts.slice(0, at).reduce((sum, count) => sum + count, 0));
  const weights = new Float32Array(pairs.length * supports);
  pairs.forEach(([a, b], pair) => {
    for (const [own, row] of [
      [a, b - 1],
      [b, a],
    ] as const) {
      const from = row * supports + starts[own];
      weights.set(coefficients.subarray(from, from + counts[own]), pair * supports + starts[own]);
    }
  });
  return weights;
}

function mostVotes(scope: Scope, scores: readonly Lane[], pairs: readonly Pair[], classes: number): Lane {
  const firsts = scope.add({ op: 'above', inputs: scores, at: 0 }, scores.length);
  const seconds = scope.add({ op: 'map', fn: 'complement', precision: 'integer', inputs: firsts }, scores.length);
  const groups = Array.from({ length: classes }, (_, own) =>
    pairs.flatMap(([a, b], pair) => (a === own ? [firsts[pair]] : b === own ? [seconds[pair]] : [])),
  );
  const votes = scope.add({ op: 'reduce', fn: 'sum', groups, precision: 'integer' }, classes);
  return scope.add({ op: 'argmax', inputs: votes, votes: null }, 1)[0];
}

function bothSides(scope: Scope, scores: readonly Lane[]): readonly Lane[] {
  return [...scope.add({ op: 'map', fn: 'negate', precision: 'float32', inputs: scores }, 1), ...scores];
}

/** The kernel of the row and each support vector; without support vectors the row itself. */
function kernelsOf(scope: Scope, node: OnnxNode, inputs: readonly Lane[], supports: number): readonly Lane[] {
  if (supports === 0) return inputs;
  const vectors = floats(node, 'support_vectors') ?? new Float32Array(0);
  if (vectors.length !== supports * inputs.length)
    throw refuse(node, `it has ${vectors.length} numbers in ${supports} support vectors of ${inputs.length} columns`);
  const kind = oneOf(node, 'kernel_type', kernels, 'LINEAR');
  const [gamma = 0, offset = 0, degree = 0] = floats(node, 'kernel_params') ?? [];
  const each = (fn: PairFunction, lanes: readonly Lane[], value: number): readonly Lane[] => {
    const [lane] = scope.constantLanes([value]);
    return scope.add({ op: 'pair', fn, inputs: lanes, others: lanes.map(() => lane), precision: 'float32' }, supports);
  };
  if (kind === 'RBF') {
    const distances = scope.add({ op: 'distances', inputs, vectors }, supports);
    return scope.add(
      { op: 'map', fn: 'exp', precision: 'float32', inputs: each('multiply', distances, -gamma) },
      supports,
    );
  }
  const products = scope.add({ op: 'linear', inputs, weights: vectors, bias: null }, supports);
  if (kind === 'LINEAR') return products;
  const moved = each('add', each('multiply', products, gamma), offset);
  if (kind === 'POLY') return each('power', moved, degree);
  return scope.add({ op: 'map', fn: 'tanh', precision: 'float32', inputs: moved }, supports);
}

function rhoOf(node: OnnxNode, count: number): Float32Array {
  const rho = floats(node, 'rho') ?? new Float32Array(0);
  if (rho.length !== count) throw refuse(node, `it has ${rho.length} values of rho for ${count} scores`);
  return rho;
}

function refuseTransform(node: OnnxNode): void {
  const transform = postTransform(node);
  if (transform !== 'NONE') throw refuse(node, `post_transform ${transform} of its scores is ambiguous`);
}
