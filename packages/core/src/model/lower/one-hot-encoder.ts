import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integer, integers, strings } from './attributes.ts';
import { isText } from './label-encoder.ts';
import { type Key, placesAmong, uniqueKeys } from './places.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { countOf, type Tensor } from './tensor.ts';

/**
 * OneHotEncoder: one value more a category, behind the sizes of the input. Floats are cut to integers, so that NaN and
 * what no integer holds are unknown. With `zeros` 0 an unknown category is an error of the row, in ONNX Runtime too.
 */
export function lowerOneHotEncoder(scope: Scope, node: OnnxNode): void {
  const texts = strings(node, 'cats_strings') ?? [];
  const numbers = integers(node, 'cats_int64s') ?? [];
  if ((texts.length === 0) === (numbers.length === 0))
    throw refuse(node, 'it needs either texts or integers as categories');
  const categories: readonly Key[] = texts.length > 0 ? texts : numbers;
  const tensor = scope.input(node);
  if (isText(tensor) !== texts.length > 0) throw refuse(node, 'its categories are of another type than its input');
  refuseMany(node, countOf(tensor.dims), categories.length);
  // Of equal categories ONNX Runtime marks the last.
  const { keys, entries } = uniqueKeys(categories, 'last');
  const found = placesAmong(scope, node, wholeNumbers(scope, node, tensor), keys);
  const places = integer(node, 'zeros', 1) === 0 ? demandKnown(scope, node, found, keys.length) : found;
  const marked = new Map(entries.map((category, place): [number, number] => [category, place]));
  const at = categories.map((_, category) => marked.get(category) ?? -1);
  const lanes = hotLanes(scope, places, at);
  scope.output(node, 0, { type: 'float32', dims: [...tensor.dims, categories.length], lanes });
}

function wholeNumbers(scope: Scope, node: OnnxNode, tensor: Tensor): Tensor {
  switch (tensor.type) {
    case 'float32':
    case 'float64':
      return {
        ...tensor,
        lanes: scope.add({ op: 'map', fn: 'toInt64', precision: 'integer', inputs: tensor.lanes }, tensor.lanes.length),
      };
    case 'int32':
    case 'bool':
      throw refuse(node, `input is of type ${tensor.type}`);
    default:
      return tensor;
  }
}

function demandKnown(scope: Scope, node: OnnxNode, places: readonly Lane[], count: number): readonly Lane[] {
  if (places.some((lane) => scope.valueOf(lane) === count)) throw refuse(node, 'a constant is none of its categories');
  const reason = `${node.opType} ${node.name || node.outputs[0]}: unknown category, and zeros = 0`;
  return scope.add({ op: 'guard', inputs: places, low: 0, high: count - 1, reason }, places.length);
}

/** More than any program may have; see lower.ts. */
const hotLanesMax = 65_536;

function refuseMany(node: OnnxNode, elements: number, categories: number): void {
  if (elements * categories > hotLanesMax) throw refuse(node, `it makes ${elements * categories} values a row`);
}

/** One lane for each place and category; -1 marks a category that a later equal one hides. */
function hotLanes(scope: Scope, places: readonly Lane[], categories: readonly number[]): readonly Lane[] {
  const inputs = places.flatMap((lane) => categories.map(() => lane));
  const at = places.flatMap(() => categories);
  return scope.add({ op: 'hot', inputs, at }, inputs.length);
}
