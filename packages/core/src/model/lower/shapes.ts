import type { OnnxNode } from '../onnx/types.ts';
import { integer, integers } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import {
  axisOf,
  broadcast,
  checkSizes,
  countOf,
  type Dims,
  placesOf,
  rearranged,
  reshaped,
  stridesOf,
  type Tensor,
} from './tensor.ts';

// Sizes, and what changes them. No operator here costs a step: steps read lanes.

/** Shape: the number of rows is a lane that only shapes may hold. */
export function lowerShape(scope: Scope, node: OnnxNode): void {
  const { dims } = scope.input(node);
  const end = integer(node, 'end', dims.length);
  const kept = dims.slice(integer(node, 'start', 0), end);
  const lanes = kept.map((size) => (size === null ? scope.rowCount() : scope.constantLanes([size])[0]));
  scope.output(node, 0, { type: 'int64', dims: [kept.length], lanes });
}

/** Size: how many values there are, where that doesn't depend on the rows. */
export function lowerSize(scope: Scope, node: OnnxNode): void {
  const { dims } = scope.input(node);
  if (dims.includes(null) && countOf(dims) !== 1) throw refuse(node, 'it computes with the number of rows');
  const lane = dims.includes(null) ? scope.rowCount() : scope.constantLanes([countOf(dims)])[0];
  scope.output(node, 0, { type: 'int64', dims: [], lanes: [lane] });
}

/** Axes as they are given since opset 13, as an input; before, as an attribute. */
export function axesOf(scope: Scope, node: OnnxNode, rank: number): readonly number[] | null {
  const given = scope.has(node, 1) ? scope.integers(node, 1, 'its axes') : integers(node, 'axes');
  const axes = given?.map((axis) => axisOf(node, Number(axis), rank)) ?? null;
  if (axes !== null && new Set(axes).size !== axes.length) throw refuse(node, `it names an axis twice`);
  return axes;
}

export function lowerSqueeze(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const axes = axesOf(scope, node, tensor.dims.length);
  if (axes === null && tensor.dims.includes(null)) throw refuse(node, 'a single row would lose its size');
  const removed = axes ?? tensor.dims.flatMap((size, axis) => (size === 1 ? [axis] : []));
  if (removed.some((axis) => tensor.dims[axis] !== 1)) throw refuse(node, 'it takes away a size that is not 1');
  scope.output(
    node,
    0,
    reshaped(
      tensor,
      tensor.dims.filter((_, axis) => !removed.includes(axis)),
    ),
  );
}

export function lowerUnsqueeze(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const given = scope.has(node, 1) ? scope.integers(node, 1, 'its axes') : integers(node, 'axes');
  if (given === null) throw refuse(node, 'it has no axes');
  const rank = tensor.dims.length + given.length;
  checkSizes(new Array<number>(rank).fill(1));
  const added = new Set(given.map((axis) => axisOf(node, Number(axis), rank)));
  if (added.size !== given.length) throw refuse(node, 'it names an axis twice');
  const sizes = [...tensor.dims];
  const dims = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (sizes.shift() ?? null)));
  scope.output(node, 0, reshaped(tensor, dims));
}

/** Transpose moves the rows too, as long as they are first again before an output. */
export function lowerTranspose(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const rank = tensor.dims.length;
  const axes = integers(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  if (axes.length !== rank || new Set(axes.map((axis) => axisOf(node, axis, rank))).size !== rank) {
    throw refuse(node, `perm is [${axes.join(', ')}] for ${rank} dimension(s)`);
  }
  scope.output(node, 0, permuted(tensor, axes));
}

function permuted<T extends Tensor>(tensor: T, axes: readonly number[]): T {
  const dims = axes.map((axis) => tensor.dims[axis] ?? null);
  const own = stridesOf(tensor.dims);
  const strides = axes.map((axis) => own[axis] ?? 0);
  const order = Array.from(placesOf(dims), (place) => {
    return place.reduce((sum, at, axis) => sum + at * (strides[axis] ?? 0), 0);
  });
  return rearranged(tensor, dims, order);
}

export function lowerExpand(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const wanted: Dims = scope.integers(node, 1, 'its sizes').map((size) => (size === 'rows' ? null : size));
  const { dims, orders } = broadcast(node, [tensor.dims, wanted]);
  scope.output(node, 0, rearranged(tensor, dims, orders[0] ?? []));
}

/** Tile: every size but the rows' may be repeated. */
export function lowerTile(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const repeats = scope.integers(node, 1, 'its repeats').map(Number);
  if (repeats.length !== tensor.dims.length || repeats.some((times) => !(times >= 0)))
    throw refuse(node, `its repeats are [${repeats.join(', ')}] for ${tensor.dims.length} dimension(s)`);
  const dims = tensor.dims.map((size, axis) => {
    if (size === null && repeats[axis] !== 1) throw refuse(node, 'it repeats rows');
    return size === null ? null : size * (repeats[axis] ?? 1);
  });
  const strides = stridesOf(tensor.dims);
  const order = Array.from(placesOf(dims), (place) =>
    place.reduce((sum, at, axis) => sum + (at % (tensor.dims[axis] ?? 1)) * (strides[axis] ?? 0), 0),
  );
  scope.output(node, 0, rearranged(tensor, dims, order));
}

/** Dropout changes nothing when a model is used. Its mask is all 1; before opset 12 ONNX Runtime leaves it all 0. */
export function lowerDropout(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  if (scope.has(node, 2)) {
    const training = scope.constant(node, 2);
    if (training === null || Number(training.values[0]) !== 0) throw refuse(node, 'it is in training mode');
  }
  scope.output(node, 0, tensor);
  if ((node.outputs[1] ?? '') === '') return;
  const [kept] = scope.constantLanes([scope.opset < 12 ? 0 : 1]);
  const { dims } = tensor;
  scope.output(node, 1, { type: 'bool', dims, lanes: Array.from({ length: countOf(dims) }, () => kept) });
}
