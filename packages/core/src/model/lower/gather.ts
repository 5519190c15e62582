import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integer } from './attributes.ts';
import { chosen } from './comparisons.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { axisOf, type Dims, placesOf, rearranged, stridesOf, type Tensor } from './tensor.ts';

// Elements by index. Constant indexes rename lanes; an index that depends on the row looks a constant up, or chooses
// among a few lanes.

/** Lanes among which an index of the row may choose: each costs a comparison. */
const choicesMax = 64;

/** Gather along any size but the rows. */
export function lowerGather(scope: Scope, node: OnnxNode): void {
  const data = scope.input(node);
  const axis = axisOf(node, integer(node, 'axis', 0), data.dims.length);
  const index = scope.numbers(node, 1);
  const size = data.dims[axis] ?? null;
  if (size === null) throw refuse(node, 'it picks rows');
  const before = data.dims.slice(0, axis);
  const dims = [...before, ...index.dims, ...data.dims.slice(axis + 1)];
  const strides = stridesOf(data.dims);
  const indexStrides = stridesOf(index.dims);
  const rank = index.dims.length;
  // For each element of the result: the first of the elements it may be, and which index says how far behind it stands.
  const sources = Array.from(placesOf(dims), (place): Source => {
    let first = 0;
    let which = 0;
    place.forEach((at, where) => {
      if (where < axis) first += at * (strides[where] ?? 0);
      else if (where < axis + rank) which += at * (indexStrides[where - axis] ?? 0);
      else first += at * (strides[where - rank + 1] ?? 0);
    });
    return { first, index: index.lanes[which] };
  });
  scope.output(node, 0, gathered(scope, node, data, dims, { sources, size, stride: strides[axis] ?? 0 }));
}

/** GatherElements: an index for every element of the result, which stands at the same place beside `axis`. */
export function lowerGatherElements(scope: Scope, node: OnnxNode): void {
  const data = scope.input(node);
  const axis = axisOf(node, integer(node, 'axis', 0), data.dims.length);
  const index = scope.numbers(node, 1);
  const size = data.dims[axis] ?? null;
  if (size === null) throw refuse(node, 'it picks rows');
  if (
    index.dims.length !== data.dims.length ||
    (index.dims.includes(null) && index.dims.indexOf(null) !== data.dims.indexOf(null))
  )
    throw refuse(node, 'its indexes have other sizes than its data');
  if (!index.dims.includes(null) && data.dims.includes(null)) throw refuse(node, 'it picks some of the rows');
  const strides = stridesOf(data.dims);
  const sources = Array.from(
    placesOf(index.dims),
    (place, at): Source => ({
      first: place.reduce((sum, each, where) => sum + (where === axis ? 0 : each * (strides[where] ?? 0)), 0),
      index: index.lanes[at],
    }),
  );
  scope.output(node, 0, gathered(scope, node, data, index.dims, { sources, size, stride: strides[axis] ?? 0 }));
}

interface Source {
  readonly first: number;
  readonly index: Lane;
}

interface Sources {
  readonly sources: readonly Source[];
  readonly size: number;
  readonly stride: number;
}

function gathered(scope: Scope, node: OnnxNode, data: Tensor, dims: Dims, from: Sources): Tensor {
  if (dims.filter((each) => each === null).length > 1) throw refuse(node, 'both its data and its indexes have rows');
  const { sources, size, stride } = from;
  const known = sources.map(({ index }) => scope.valueOf(index));
  if (known.every((value) => value !== null)) {
    return rearranged(
      data,
      dims,
      known.map((value, at) => (sources[at]?.first ?? 0) + placeOf(node, value, size) * stride),
    );
  }
  if (data.type === 'text') throw refuse(node, 'it picks among texts that no table of the model holds');
  if ((data.type === 'int64' || data.type === 'int32') && data.dims.length === 1) {
    const labels = data.lanes.map((lane) => scope.valueOf(lane));
    // Whole numbers that are picked from a list are classes: their places are kept, which an output may ask for.
    if (labels.every((label) => label !== null)) {
      const lanes = sources.map(({ index }) => placeLane(scope, node, index, size));
      return { type: 'label', dims, lanes, labels, numbers: data.type };
    }
  }
  const lanes = sources.map(({ first, index }) => {
    const choices = Array.from({ length: size }, (_, at) => data.lanes[first + at * stride]);
    return pickedLane(scope, node, choices, placeLane(scope, node, index, size));
  });
  return { ...data, dims, lanes };
}

function placeOf(node: OnnxNode, value: number, size: number): number {
  const place = value < 0 ? value + size : value;
  if (Number.isInteger(place) && place >= 0 && place < size) return place;
  throw refuse(node, `index ${value} is out of ${size}`);
}

/** An index of the row as a place from the front. One that could lie outside is an error of the row, in ONNX Runtime too. */
function placeLane(scope: Scope, node: OnnxNode, index: Lane, size: number): Lane {
  const [low, high] = scope.ranges.of(index);
  const inside = low >= -size && high < size;
  const reason = `${node.opType} ${node.name || node.outputs[0]}: the index is out of range`;
  const [safe] = inside ? [index] : scope.add({ op: 'guard', inputs: [index], low: -size, high: size - 1, reason }, 1);
  if (low >= 0) return safe;
  const [zero, count] = scope.constantLanes([0, size]);
  const conditions = scope.add({ op: 'pair', fn: 'less', precision: 'integer', inputs: [safe], others: [zero] }, 1);
  const inputs = scope.add({ op: 'pair', fn: 'add', precision: 'integer', inputs: [safe], others: [count] }, 1);
  return scope.add({ op: 'select', conditions, inputs, others: [safe] }, 1)[0];
}

/** The lane at a place that depends on the row: from a table where all are known, else by comparing with each place. */
function pickedLane(scope: Scope, node: OnnxNode, choices: readonly Lane[], place: Lane): Lane {
  const known = choices.map((lane) => scope.valueOf(lane));
  if (known.every((value) => value !== null)) {
    return scope.add({ op: 'lookup', inputs: [place], table: known }, 1)[0];
  }
  if (choices.length > choicesMax) {
    throw refuse(node, `it picks among ${choices.length} values by an index that depends on the row`);
  }
  return choices.slice(1).reduce((so, lane, before) => {
    const conditions = scope.add({ op: 'hot', inputs: [place], at: [before + 1] }, 1);
    return chosen(scope, conditions, [lane], [so])[0];
  }, choices[0]);
}

/** OneHot: one value where the index names the place, another everywhere else. */
export function lowerOneHot(scope: Scope, node: OnnxNode): void {
  const index = scope.numbers(node, 0);
  if (index.type !== 'int64' && index.type !== 'int32') throw refuse(node, `its indexes are of type ${index.type}`);
  const [depth] = scope.integers(node, 1, 'its depth');
  if (typeof depth !== 'number' || depth < 1) throw refuse(node, `its depth is ${depth}`);
  const values = scope.numbers(node, 2);
  const rank = index.dims.length + 1;
  const axis = axisOf(node, integer(node, 'axis', -1), rank);
  const dims: Dims = [...index.dims.slice(0, axis), depth, ...index.dims.slice(axis)];
  const strides = stridesOf(index.dims);
  const [off, on] = values.lanes;
  if (values.lanes.length !== 2) throw refuse(node, `it has ${values.lanes.length} values`);
  const conditions = Array.from(placesOf(dims), (place) => {
    const own = place.filter((_, where) => where !== axis);
    const lane = index.lanes[own.reduce((sum, at, where) => sum + at * (strides[where] ?? 0), 0)];
    return { lane, at: place[axis] ?? 0 };
  });
  const lanes = chosen(
    scope,
    hotLanes(scope, conditions, depth),
    conditions.map(() => on),
    conditions.map(() => off),
  );
  scope.output(node, 0, { type: values.type, dims, lanes });
}

function hotLanes(
  scope: Scope,
  asked: readonly { readonly lane: Lane; readonly at: number }[],
  depth: number,
): readonly Lane[] {
  const inputs = asked.map(({ lane }) => lane);
  const hot = scope.add({ op: 'hot', inputs, at: asked.map(({ at }) => at) }, inputs.length);
  if (inputs.every((lane) => scope.ranges.of(lane)[0] >= 0)) return hot;
  const fromBack = scope.add({ op: 'hot', inputs, at: asked.map(({ at }) => at - depth) }, inputs.length);
  return scope.add({ op: 'pair', fn: 'or', precision: 'integer', inputs: hot, others: fromBack }, inputs.length);
}
