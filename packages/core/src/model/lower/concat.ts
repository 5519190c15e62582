import type { OnnxNode } from '../onnx/types.ts';
import { integer } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { axisOf, checkSizes, type Dims, placesOf, stridesOf, type Tensor } from './tensor.ts';
import { asTexts } from './text.ts';

/** Concat along any size but the rows: lanes of several values in one list, which costs no step. */
export function lowerConcat(scope: Scope, node: OnnxNode): void {
  const parts = sameKind(
    node,
    node.inputs.map((_, index) => scope.input(node, index)),
  );
  const [first] = parts;
  const axis = axisOf(node, integer(node, 'axis', 1), first.dims.length);
  const dims = joinedDims(node, parts, axis);
  checkSizes(dims);
  const sources = joinedPlaces(parts, dims, axis);
  if (first.type === 'text') {
    const texts = sources.map(([part, at]) => (parts[part] as typeof first).texts[at]);
    scope.output(node, 0, { ...first, dims, texts });
    return;
  }
  const lanes = sources.map(([part, at]) => (parts[part] as typeof first).lanes[at]);
  scope.output(node, 0, { ...first, dims, lanes });
}

type Parts = readonly [Tensor, ...Tensor[]];

/** Values of one type; labels become texts where they are joined with texts, or with labels of another list. */
function sameKind(node: OnnxNode, parts: readonly Tensor[]): Parts {
  const [first, ...others] = parts;
  if (first === undefined) throw refuse(node, 'it joins nothing');
  const sameLabels = (part: Tensor) =>
    part.type === 'label' && first.type === 'label' && part.labels.join('\0') === first.labels.join('\0');
  if (others.every((part) => (first.type === 'label' ? sameLabels(part) : part.type === first.type))) {
    return [first, ...others];
  }
  const [head, ...tail] = parts.map((part) => asTexts(node, part));
  return [head, ...tail];
}

function joinedDims(node: OnnxNode, parts: Parts, axis: number): Dims {
  const [first] = parts;
  const sizes = parts.map(({ dims }) => {
    const size = dims[axis];
    if (dims.length !== first.dims.length) throw refuse(node, 'it joins values with another number of sizes');
    if (size === null || size === undefined) throw refuse(node, 'it joins rows');
    if (dims.some((own, at) => at !== axis && own !== first.dims[at]))
      throw refuse(node, 'sizes differ beside the axis');
    return size;
  });
  return first.dims.map((size, at) => (at === axis ? sizes.reduce((sum, each) => sum + each, 0) : size));
}

/** For each element of the result: of which part it is, and which element there. */
function joinedPlaces(parts: Parts, dims: Dims, axis: number): (readonly [number, number])[] {
  const strides = parts.map((part) => stridesOf(part.dims));
  const owners = parts.flatMap((part, index) => {
    return Array.from({ length: part.dims[axis] ?? 0 }, (_, within) => ({ index, within }));
  });
  return Array.from(placesOf(dims), (place) => {
    const { index, within } = owners[place[axis] ?? 0];
    const own = strides[index] ?? [];
    const at = place.reduce((sum, each, where) => sum + (where === axis ? within : each) * (own[where] ?? 0), 0);
    return [index, at] as const;
  });
}
