import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { Refusal, refuse } from './refusal.ts';

/**
 * An ONNX value while its graph is lowered. `dims` are its sizes, null for the one that counts rows; without a null the
 * value is the same for every row. Elements are those of one row, row-major over the other sizes.
 */
export type Tensor = NumberTensor | LabelTensor | TextTensor;

/** How numbers are held: each is a JavaScript number that holds the type exactly (integers up to 2^53). */
export type NumberType = 'float32' | 'float64' | 'int64' | 'int32' | 'bool';

/** The sizes of a value; null is the number of rows, which at most one may be. */
export type Dims = readonly (number | null)[];

export interface NumberTensor {
  readonly type: NumberType;
  readonly dims: Dims;
  readonly lanes: readonly Lane[];
}

/** Class labels, and texts that stand in a table: lanes hold indexes into `labels`. */
export interface LabelTensor {
  readonly type: 'label';
  readonly dims: Dims;
  readonly lanes: readonly Lane[];
  readonly labels: readonly (string | number)[];
  /** The type of labels that are numbers; int64 where it is not given. */
  readonly numbers?: NumberType;
}

export interface TextTensor {
  readonly type: 'text';
  readonly dims: Dims;
  readonly texts: readonly Text[];
}

/**
 * A text, which no lane can hold: what it is read from, or chosen from. It becomes a number where an encoder looks it
 * up.
 */
export type Text =
  | { readonly kind: 'feature'; readonly feature: number }
  | { readonly kind: 'coded'; readonly lane: Lane; readonly table: readonly string[] }
  | { readonly kind: 'integer'; readonly lane: Lane }
  | { readonly kind: 'choice'; readonly condition: Lane; readonly yes: Text; readonly no: Text };

/** A table: `[rows, lanes.length]`. */
export function matrix(lanes: readonly Lane[], type: NumberType = 'float32'): NumberTensor {
  return { type, dims: [null, lanes.length], lanes };
}

/** Values a row. */
export function countOf(dims: Dims): number {
  return dims.reduce<number>((product, size) => product * (size ?? 1), 1);
}

/** The place of the size that counts rows; -1 where the value is the same for every row. */
export function rowAxisOf(tensor: { readonly dims: Dims }): number {
  return tensor.dims.indexOf(null);
}

/** True for `[rows, columns]`, and for `[rows]`, which is one column. */
export function isTable(tensor: { readonly dims: Dims }): boolean {
  return tensor.dims[0] === null && tensor.dims.length <= 2;
}

/** Other sizes, and the elements that stand at each place of them: what renaming, slicing and joining is made of. */
export function rearranged<T extends Tensor>(tensor: T, dims: Dims, order: readonly number[]): T {
  if (tensor.type === 'text') return { ...tensor, dims, texts: order.map((index) => tensor.texts[index]) };
  return { ...tensor, dims, lanes: order.map((index) => tensor.lanes[index]) };
}

/** The same elements under other sizes. */
export function reshaped<T extends Tensor>(tensor: T, dims: Dims): T {
  return { ...tensor, dims };
}

/** `axis` counted from the front; refuses one that the value doesn't have. */
export function axisOf(node: OnnxNode, axis: number, rank: number): number {
  const front = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(front) && front >= 0 && front < rank) return front;
  throw refuse(node, `axis ${axis} is none of a value with ${rank} dimension(s)`);
}

/** For each size, how far the next element along it lies in the list of elements; 0 for rows, which are not in it. */
export function stridesOf(dims: Dims): number[] {
  const strides = new Array<number>(dims.length).fill(0);
  let step = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const size = dims[axis];
    if (size === null) continue;
    strides[axis] = step;
    step *= size;
  }
  return strides;
}

/** Values a row beyond which no value is taken apart or put together: a few bytes of a model could ask for any number. */
const elementsMax = 65_536;

/** More than any model has; each costs a step of every walk over the elements. */
const sizesMax = 16;

/** Refuses sizes that would cost more memory than any program may have. */
export function checkSizes(dims: Dims): void {
  const large = dims.length > sizesMax || dims.some((size) => size !== null && !(size >= 0 && size <= elementsMax));
  if (large || countOf(dims) > elementsMax)
    throw new Refusal('graph', '', `a value has ${countOf(dims)} elements a row in ${dims.length} sizes`);
}

/** Where one element of a result stands, for each place of `dims` in row-major order; rows always count as 0. */
export function* placesOf(dims: Dims): Generator<readonly number[]> {
  checkSizes(dims);
  const place = new Array<number>(dims.length).fill(0);
  const count = countOf(dims);
  for (let done = 0; done < count; done++) {
    yield place;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const size = dims[axis] ?? 1;
      place[axis] += 1;
      if (place[axis] < size) break;
      place[axis] = 0;
    }
  }
}

/**
 * The common sizes of values that ONNX stretches to each other, and for each value which of its elements stands at each
 * place. Sizes are aligned at their ends, as ONNX's Broadcasting has it; refuses where rows would meet a size other
 * than 1.
 */
export function broadcast(
  node: OnnxNode,
  shapes: readonly Dims[],
): { readonly dims: Dims; readonly orders: readonly (readonly number[])[] } {
  for (const dims of shapes) checkSizes(dims);
  const rank = shapes.reduce((most, { length }) => Math.max(most, length), 0);
  const aligned = shapes.map((dims): Dims => [...new Array<number>(rank - dims.length).fill(1), ...dims]);
  const dims = Array.from({ length: rank }, (_, axis) => commonSize(node, aligned, axis));
  if (dims.filter((size) => size === null).length > 1) throw refuse(node, 'it compares each row with every other');
  const orders = aligned.map((own) => {
    const strides = stridesOf(own).map((stride, axis) => (own[axis] === 1 ? 0 : stride));
    return Array.from(placesOf(dims), (place) => place.reduce((sum, at, axis) => sum + at * (strides[axis] ?? 0), 0));
  });
  return { dims, orders };
}

function commonSize(node: OnnxNode, aligned: readonly Dims[], axis: number): number | null {
  const sizes = new Set(aligned.map((dims) => dims[axis] as number | null));
  sizes.delete(1);
  const [size = 1, ...others] = sizes;
  if (others.length === 0) return size;
  throw refuse(node, `sizes ${[...sizes].map((each) => each ?? 'rows').join(' and ')} do not fit each other`);
}
