import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integer } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { axisOf, countOf, type Dims, placesOf, stridesOf } from './tensor.ts';

export function lowerSoftmax(scope: Scope, node: OnnxNode): void {
  lower(scope, node, 'plain');
}

export function lowerLogSoftmax(scope: Scope, node: OnnxNode): void {
  lower(scope, node, 'log');
}

/** One step for each group of elements that sum to 1. */
function lower(scope: Scope, node: OnnxNode, form: 'plain' | 'log'): void {
  const tensor = scope.numbers(node);
  const { dims, lanes, type } = tensor;
  if (type !== 'float32' && type !== 'float64') throw refuse(node, `input is of type ${type}`);
  const outputs = [...lanes];
  for (const group of groupsOf(scope, node, dims)) {
    const inputs = group.map((at): Lane => lanes[at]);
    scope.add({ op: 'softmax', form, precision: type, inputs }, inputs.length).forEach((lane, index) => {
      outputs[group[index]] = lane;
    });
  }
  scope.output(node, 0, { ...tensor, lanes: outputs });
}

/** From opset 13 on along one size, the last unless told; before over all sizes from `axis` on together, 1 unless told. */
function groupsOf(scope: Scope, node: OnnxNode, dims: Dims): readonly (readonly number[])[] {
  const along = scope.opset >= 13;
  const axis = axisOf(node, integer(node, 'axis', along ? -1 : 1), dims.length);
  const summed = dims.map((_, at) => (along ? at === axis : at >= axis));
  if (dims.some((size, at) => size === null && summed[at])) throw refuse(node, 'it sums over the rows');
  const strides = stridesOf(dims);
  const places = (chosen: boolean) => {
    const sizes = dims.map((size, at) => (summed[at] === chosen ? size : 1));
    return Array.from(placesOf(sizes), (place) => place.reduce((sum, each, at) => sum + each * strides[at], 0));
  };
  if (countOf(dims) === 0) throw refuse(node, 'it has no elements');
  const within = places(true);
  return places(false).map((first) => within.map((offset) => first + offset));
}
