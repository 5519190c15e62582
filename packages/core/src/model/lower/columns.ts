import type { OnnxNode } from '../onnx/types.ts';
import { integer, integers, strings } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { axisOf, countOf, type Dims, reshaped, rowAxisOf, type Tensor } from './tensor.ts';

// Operators that only rename or give other sizes: they cost no step, since steps read lanes.

export function lowerIdentity(scope: Scope, node: OnnxNode): void {
  scope.output(node, 0, scope.input(node));
}

/** A ZipMap is seen through: its output is the scores, and a session never makes maps. */
export function lowerZipMap(scope: Scope, node: OnnxNode): void {
  const scores = scope.input(node);
  const names = integers(node, 'classlabels_int64s') ?? strings(node, 'classlabels_strings') ?? [];
  const columns = countOf(scores.dims);
  if (names.length !== columns) throw refuse(node, `it names another number of classes than its ${columns} columns`);
  scope.output(node, 0, scores);
}

/** Flatten makes one size of those before `axis` and one of the others; the rows have to stay rows. */
export function lowerFlatten(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const rank = tensor.dims.length;
  const given = integer(node, 'axis', 1);
  const axis = given === rank ? rank : axisOf(node, given, rank);
  const front = product(node, tensor.dims.slice(0, axis));
  const back = product(node, tensor.dims.slice(axis));
  scope.output(node, 0, reshaped(tensor, [front, back]));
}

/** One size of several: the rows with nothing but ones beside them, or numbers. */
function product(node: OnnxNode, dims: Dims): number | null {
  const count = countOf(dims);
  if (!dims.includes(null)) return count;
  if (count === 1) return null;
  throw refuse(node, `it changes the rows: sizes ${textOf(dims)} to one`);
}

/** Reshape to constant sizes, or to sizes made of the value's own: the rows stay rows. */
export function lowerReshape(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const given = scope.has(node, 1)
    ? scope.integers(node, 1, 'its sizes')
    : (integers(node, 'shape') ?? ([] as readonly number[]));
  const dims = integer(node, 'allowzero', 0) === 0 ? withCopies(node, given, tensor.dims) : given.map(sizeOf);
  scope.output(node, 0, reshaped(tensor, resolved(node, dims, tensor)));
}

function sizeOf(size: number | 'rows'): number | null {
  return size === 'rows' ? null : size;
}

/** A size of 0 is the value's own at that place. */
function withCopies(node: OnnxNode, given: readonly (number | 'rows')[], own: Dims): Dims {
  return given.map((size, axis) => {
    if (size !== 0) return sizeOf(size);
    const copied = own[axis];
    if (copied === undefined) throw refuse(node, `it copies size ${axis} of a value that has ${own.length}`);
    return copied;
  });
}

/**
 * Finds the size of -1. The rows must come out of it whole, and behind the same number of values as before, or rows
 * would mix. A model that was traced with one row may say 1 for them: that is left to ONNX Runtime.
 */
function resolved(node: OnnxNode, dims: Dims, tensor: Tensor): Dims {
  const count = countOf(tensor.dims);
  const known = dims.reduce<number>((all, size) => all * (size === null || size === -1 ? 1 : size), 1);
  const rows = rowAxisOf(tensor) >= 0;
  const open = dims.indexOf(-1);
  const whole = dims.map((size, axis) => {
    if (axis !== open) return size;
    return rows && !dims.includes(null) ? (known === count ? null : Number.NaN) : count / known;
  });
  const fits = countOf(whole) === count && whole.includes(null) === rows && whole.every(isSize);
  if (fits && valuesBefore(whole) === valuesBefore(tensor.dims)) return whole;
  throw refuse(node, `it changes the rows: sizes ${textOf(dims)} of a value with ${textOf(tensor.dims)}`);
}

function isSize(size: number | null): boolean {
  return size === null || (Number.isInteger(size) && size >= 0);
}

/** How many values of one row stand before the rows: 1 where rows come first. */
function valuesBefore(dims: Dims): number {
  const axis = dims.indexOf(null);
  return axis < 0 ? 1 : countOf(dims.slice(0, axis));
}

function textOf(dims: Dims): string {
  return `[${dims.map((size) => size ?? 'rows').join(', ')}]`;
}
