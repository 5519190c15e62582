import type { Lane, Precision, ReduceStep } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integer } from './attributes.ts';
import { addMap, addPair, checked, dividedBy, precisionOf } from './elementwise.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { axesOf } from './shapes.ts';
import { axisOf, type Dims, type NumberTensor, type NumberType, placesOf, stridesOf } from './tensor.ts';

/**
 * Reductions along any size but the rows. Sums and products go from the first element to the last, each step rounded;
 * ONNX Runtime takes several at once, so that float results may differ by a rounding a term.
 */

type Lower = (scope: Scope, node: OnnxNode) => void;

type Reduction = (scope: Scope, groups: readonly (readonly Lane[])[], precision: Precision) => readonly Lane[];

export interface Groups {
  /** The sizes with 1 where they were reduced. */
  readonly dims: Dims;
  /** For each element of the result, the elements it is made of, in order. */
  readonly members: readonly (readonly number[])[];
}

/** What is reduced to one element each. */
export function groupsOf(dims: Dims, axes: readonly number[]): Groups {
  const kept = dims.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const strides = stridesOf(kept).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  const members: number[][] = [];
  let element = 0;
  for (const place of placesOf(dims)) {
    const group = place.reduce((sum, at, axis) => sum + at * (strides[axis] ?? 0), 0);
    members[group] ??= [];
    members[group].push(element++);
  }
  return { dims: kept, members };
}

export function withoutAxes(dims: Dims, axes: readonly number[]): Dims {
  return dims.filter((_, axis) => !axes.includes(axis));
}

export function reduction(reduce: Reduction): Lower {
  return (scope, node) => {
    const tensor = scope.numbers(node);
    const axes = reducedAxes(scope, node, tensor);
    if (axes === null) {
      scope.output(node, 0, tensor);
      return;
    }
    if (axes.some((axis) => tensor.dims[axis] === null)) throw refuse(node, 'it reduces the rows');
    if (tensor.lanes.length === 0) throw refuse(node, 'it reduces nothing');
    const { dims, members } = groupsOf(tensor.dims, axes);
    const groups = members.map((group) => group.map((at) => tensor.lanes[at]));
    const lanes = reduced(scope, node, reduce, tensor.type, groups);
    const keep = integer(node, 'keepdims', 1) !== 0;
    scope.output(node, 0, { type: tensor.type, dims: keep ? dims : withoutAxes(dims, axes), lanes });
  };
}

/** Integers of 32 bits do not wrap around in ONNX Runtime's sums: those that could pass the type are refused. */
function reduced(
  scope: Scope,
  node: OnnxNode,
  reduce: Reduction,
  type: NumberType,
  groups: readonly (readonly Lane[])[],
): readonly Lane[] {
  if (type !== 'int32') return checked(scope, node, type, reduce(scope, groups, precisionOf(type)));
  const lanes = reduce(scope, groups, 'integer');
  const [low, high] = scope.ranges.ofAll(lanes);
  if (low < -(2 ** 31) || high >= 2 ** 31) throw refuse(node, 'its integers could pass 2^31');
  return lanes;
}

/** Null where nothing is reduced, which no axes mean where `noop_with_empty_axes` says so. */
function reducedAxes(scope: Scope, node: OnnxNode, tensor: NumberTensor): readonly number[] | null {
  const axes = axesOf(scope, node, tensor.dims.length) ?? [];
  if (axes.length > 0) return axes;
  return integer(node, 'noop_with_empty_axes', 0) === 0 ? [...tensor.dims.keys()] : null;
}

function addReduce(
  scope: Scope,
  fn: ReduceStep['fn'],
  precision: Precision,
  groups: readonly (readonly Lane[])[],
): readonly Lane[] {
  // A sum, or a largest, of one lane is that lane.
  if (groups.every((group) => group.length === 1)) return groups.map(([lane]) => lane);
  return scope.add({ op: 'reduce', fn, precision, groups }, groups.length);
}

/** A function of every element before the reduction. */
function each(
  groups: readonly (readonly Lane[])[],
  fn: (lanes: readonly Lane[]) => readonly Lane[],
): readonly (readonly Lane[])[] {
  const flat = fn(groups.flat());
  let end = 0;
  return groups.map((group) => {
    end += group.length;
    return flat.slice(end - group.length, end);
  });
}

const sum: Reduction = (scope, groups, precision) => addReduce(scope, 'sum', precision, groups);

const sumOfSquares: Reduction = (scope, groups, precision) => {
  return sum(
    scope,
    each(groups, (lanes) => addPair(scope, 'multiply', precision, lanes, lanes)),
    precision,
  );
};

/** ln of the sum of e^x, with the largest x taken out before and put back after. */
const logSumExp: Reduction = (scope, groups, precision) => {
  const largest = addReduce(scope, 'maximum', precision, groups);
  const [zero] = scope.constantLanes([0]);
  const [infinity] = scope.constantLanes([Number.POSITIVE_INFINITY]);
  const magnitudes = addMap(scope, 'magnitude', precision, largest);
  const isInfinite = addPair(
    scope,
    'equal',
    'integer',
    magnitudes,
    magnitudes.map(() => infinity),
  );
  const inputs = largest.map(() => zero);
  const tops = scope.add({ op: 'select', conditions: isInfinite, inputs, others: largest }, largest.length);
  const topOf = groups.flatMap((group, at) => group.map(() => tops[at]));
  const powers = each(groups, (lanes) => {
    return addMap(scope, 'exp', precision, addPair(scope, 'subtract', precision, lanes, topOf));
  });
  return addPair(scope, 'add', precision, addMap(scope, 'log', precision, sum(scope, powers, precision)), tops);
};

/** By operator, without `Reduce` in front. */
export const reductions = {
  Sum: sum,
  Prod: (scope, groups, precision) => addReduce(scope, 'product', precision, groups),
  Max: (scope, groups, precision) => addReduce(scope, 'maximum', precision, groups),
  Min: (scope, groups, precision) => addReduce(scope, 'minimum', precision, groups),
  Mean: (scope, groups, precision) =>
    dividedBy(scope, precision, sum(scope, groups, precision), groups[0]?.length ?? 1),
  L1: (scope, groups, precision) =>
    sum(
      scope,
      each(groups, (lanes) => addMap(scope, 'magnitude', precision, lanes)),
      precision,
    ),
  L2: (scope, groups, precision) => {
    return addMap(scope, 'squareRoot', precision, sumOfSquares(scope, groups, precision));
  },
  SumSquare: sumOfSquares,
  LogSum: (scope, groups, precision) => addMap(scope, 'log', precision, sum(scope, groups, precision)),
  LogSumExp: logSumExp,
} satisfies Record<string, Reduction>;

/** CumSum along any size but the rows, from its front or its back. */
export function lowerCumSum(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  const [given] = scope.integers(node, 1, 'its axis');
  const axis = axisOf(node, Number(given), tensor.dims.length);
  if (tensor.dims[axis] === null) throw refuse(node, 'it sums over the rows');
  const exclusive = integer(node, 'exclusive', 0) !== 0;
  const reverse = integer(node, 'reverse', 0) !== 0;
  const [zero] = scope.constantLanes([0]);
  const lanes = [...tensor.lanes];
  for (const group of groupsOf(tensor.dims, [axis]).members) {
    let so = zero;
    (reverse ? group.toReversed() : group).forEach((at, index) => {
      const next =
        index === 0 ? tensor.lanes[at] : addPair(scope, 'add', precisionOf(tensor.type), [so], [tensor.lanes[at]])[0];
      lanes[at] = exclusive ? so : next;
      so = next;
    });
  }
  scope.output(node, 0, { ...tensor, lanes: checked(scope, node, tensor.type, lanes) });
}
