import type { OnnxNode } from '../onnx/types.ts';
import { integer, integers, strings } from './attributes.ts';
import { refuse } from './refusal.ts';
import { matrix, type Scope, type Tensor } from './scope.ts';

// Operators that only rename, reorder or reshape: they cost no step, since steps read lanes.

export function lowerIdentity(scope: Scope, node: OnnxNode): void {
  scope.output(node, 0, scope.input(node));
}

/** A ZipMap is seen through: its output is the scores, and a session never makes maps. */
export function lowerZipMap(scope: Scope, node: OnnxNode): void {
  const scores = scope.input(node);
  const names = integers(node, 'classlabels_int64s') ?? strings(node, 'classlabels_strings') ?? [];
  if (names.length !== scores.lanes.length) {
    throw refuse(node, `it names another number of classes than its ${scores.lanes.length} columns`);
  }
  scope.output(node, 0, scores);
}

export function lowerConcat(scope: Scope, node: OnnxNode): void {
  const axis = integer(node, 'axis', 1);
  const parts = node.inputs.map((_, index) => scope.input(node, index));
  const [first] = parts;
  if (first === undefined || parts.some((part) => part.rank !== 2))
    throw refuse(node, 'it joins values that are not tables');
  if (axis !== 1 && axis !== -1) throw refuse(node, `it joins along axis ${axis}`);
  if (first.type === 'label' || parts.some((part) => part.type !== first.type))
    throw refuse(node, 'it joins labels or mixed types');
  const lanes = parts.flatMap((part) => part.lanes);
  scope.output(node, 0, matrix(lanes, first.type));
}

/** Flatten at axis 1 keeps a table as it is and makes `[N]` to `[N, 1]`. */
export function lowerFlatten(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const axis = integer(node, 'axis', 1);
  if (axis !== 1) throw refuse(node, `it flattens at axis ${axis}`);
  scope.output(node, 0, { ...tensor, rank: 2 });
}

/** Reshape to `[-1, columns]`, or `[-1]` of one column: the rows stay rows. */
export function lowerReshape(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const shape = scope.initializers.get(node.inputs[1] ?? '');
  if (shape === undefined || shape.type !== 'int64') throw refuse(node, 'its shape is not a constant');
  const sizes = Array.from(shape.data as BigInt64Array, Number);
  scope.output(node, 0, { ...tensor, rank: rankAfter(node, tensor, sizes) });
}

function rankAfter(node: OnnxNode, tensor: Tensor, sizes: readonly number[]): 1 | 2 {
  const columns = tensor.lanes.length;
  const rows = sizes[0] === -1 || sizes[0] === 0;
  if (sizes.length === 1 && sizes[0] === -1 && columns === 1) return 1;
  if (sizes.length === 2 && rows && sizes[1] === columns) return 2;
  if (sizes.length === 2 && sizes[0] === 0 && sizes[1] === -1) return 2;
  throw refuse(node, `it changes the rows: shape [${sizes.join(', ')}] of ${columns} column(s)`);
}
