import type { OnnxNode } from '../onnx/types.ts';
import { integer, integers } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { axisOf, type Dims, placesOf, rearranged, stridesOf, type Tensor } from './tensor.ts';

// Operators that take elements out of a value along its sizes: they cost no step.

/** The elements at the given places along each axis; null keeps an axis as it is, rows among them. */
function selected(tensor: Tensor, places: readonly (readonly number[] | null)[]): Tensor {
  const dims = tensor.dims.map((size, axis) => places[axis]?.length ?? size);
  const strides = stridesOf(tensor.dims);
  const order = Array.from(placesOf(dims), (place) =>
    place.reduce((sum, at, axis) => sum + (places[axis]?.[at] ?? at) * (strides[axis] ?? 0), 0),
  );
  return rearranged(tensor, dims, order);
}

type Size = number | 'rows';

interface Cut {
  readonly axis: number;
  readonly start: Size;
  readonly end: Size;
  readonly step: number;
}

/** Slice: of the rows only all of them can be asked for. */
export function lowerSlice(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const places = tensor.dims.map((): readonly number[] | null => null);
  for (const cut of cutsOf(scope, node, tensor.dims)) {
    const size = tensor.dims[cut.axis] ?? null;
    places[cut.axis] = size === null ? allRows(node, cut) : placesOfCut(node, cut, size);
  }
  scope.output(node, 0, selected(tensor, places));
}

function cutsOf(scope: Scope, node: OnnxNode, dims: Dims): Cut[] {
  const asInputs = scope.opset >= 10;
  const list = (index: number, name: string): readonly Size[] | null => {
    if (!asInputs) return integers(node, name);
    return scope.has(node, index) ? scope.integers(node, index, `its ${name}`) : null;
  };
  const starts = list(1, 'starts') ?? [];
  const ends = list(2, 'ends') ?? [];
  const axes = list(3, 'axes') ?? starts.map((_, axis) => axis);
  const steps = list(4, 'steps') ?? starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
    throw refuse(node, 'starts, ends, axes and steps are not of one length');
  return starts.map((start, at) => ({
    axis: axisOf(node, Number(axes[at]), dims.length),
    start,
    end: ends[at] ?? 0,
    step: Number(steps[at]),
  }));
}

/** Larger numbers than any count of rows, as an end that means all of them. */
const beyondAllRows = 2 ** 31 - 1;

function allRows(node: OnnxNode, { start, end, step }: Cut): null {
  if (start === 0 && step === 1 && (end === 'rows' || end >= beyondAllRows)) return null;
  throw refuse(node, 'it takes some of the rows');
}

/** As ONNX has it: negative places count from the end, and both ends are moved into the size. */
function placesOfCut(node: OnnxNode, { start, end, step }: Cut, size: number): number[] {
  if (start === 'rows' || end === 'rows') throw refuse(node, 'it computes with the number of rows');
  if (!Number.isInteger(step) || step === 0) throw refuse(node, `its step is ${step}`);
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const within = (place: number, low: number) => Math.min(Math.max(place < 0 ? place + size : place, low), most);
  const first = within(start, 0);
  const last = within(end, least);
  const places: number[] = [];
  for (let at = first; step > 0 ? at < last : at > last; at += step) places.push(at);
  return places;
}

/** Split into sizes that are given, or equal ones; the last may be smaller since opset 18. */
export function lowerSplit(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const axis = axisOf(node, integer(node, 'axis', 0), tensor.dims.length);
  const size = tensor.dims[axis] ?? null;
  if (size === null) throw refuse(node, 'it splits the rows');
  let start = 0;
  partSizes(scope, node, size).forEach((part, index) => {
    const places = tensor.dims.map(() => null as readonly number[] | null);
    const first = start;
    places[axis] = Array.from({ length: part }, (_, at) => first + at);
    scope.output(node, index, selected(tensor, places));
    start += part;
  });
}

function partSizes(scope: Scope, node: OnnxNode, size: number): readonly number[] {
  const given = scope.has(node, 1) ? scope.integers(node, 1, 'its sizes').map(Number) : integers(node, 'split');
  if (given !== null) {
    const sum = given.reduce((all, part) => all + part, 0);
    if (sum !== size || given.some((part) => !(part >= 0)) || given.length !== node.outputs.length)
      throw refuse(node, `it splits ${size} into [${given.join(', ')}]`);
    return given;
  }
  const count = integer(node, 'num_outputs', node.outputs.length);
  if (count !== node.outputs.length) throw refuse(node, `it has ${node.outputs.length} outputs and says ${count}`);
  const part = Math.ceil(size / count);
  const last = size - part * (count - 1);
  if (last < 0 || (last !== part && scope.opset < 18)) throw refuse(node, `it splits ${size} into ${count}`);
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? last : part));
}
