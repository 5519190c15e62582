import type { FeatureSlot, Lane, LoadStep } from '../ir/program.ts';
import type { OnnxValueInfo } from '../onnx/types.ts';
import type { InputLane, TensorType } from '../session.ts';
import { Refusal } from './refusal.ts';
import type { Scope } from './scope.ts';
import { countOf, type NumberType, type Tensor } from './tensor.ts';

/** Puts the graph's inputs into scope, loaded from the features that feed them. Answers where each feature stands in a row. */
export function lowerInputs(
  scope: Scope,
  inputs: readonly OnnxValueInfo[],
  lanes: readonly InputLane[],
): FeatureSlot[] {
  for (const input of inputs) {
    const tensor = inputTensor(scope, input, lanes);
    if (tensor !== null) scope.tensors.set(input.name, tensor);
  }
  let numbers = 0;
  let texts = 0;
  return lanes.map(({ type, width }) => {
    if (type === 'string') return { kind: 'text', offset: texts++ };
    const offset = numbers;
    numbers += width;
    return { kind: 'numbers', offset, width };
  });
}

/** Null for an input that nobody feeds. */
function inputTensor(scope: Scope, input: OnnxValueInfo, lanes: readonly InputLane[]): Tensor | null {
  const from: { feature: number; offset: number }[] = [];
  let type: TensorType | null = null;
  const rowShape = lanes.find((lane) => lane.input === input.name)?.shape;
  lanes.forEach((lane, feature) => {
    if (lane.input !== input.name) return;
    if (lane.oneRow) throw new Refusal('input', input.name, 'it has no rows');
    type = lane.type;
    for (let offset = 0; offset < lane.width; offset++) from[lane.column + offset] = { feature, offset };
  });
  if (type === null) return null;
  if (from.length === 0 || Array.from(from).includes(undefined as never)) {
    throw new Refusal('input', input.name, 'the features leave gaps between its columns');
  }
  const dims = rowShape === undefined ? inputDims(input, from.length) : [null, ...rowShape];
  if (type === 'string')
    return { type: 'text', dims, texts: from.map(({ feature }) => ({ kind: 'feature', feature })) };
  const form = loadForm(input.name, type);
  const loaded = load(scope, from, form.as);
  if (form.type === 'bool') scope.ranges.limit(loaded, [0, 1]);
  if (form.type === 'int32') scope.ranges.limit(loaded, [-(2 ** 31), 2 ** 31 - 1]);
  return { type: form.type, dims, lanes: loaded };
}

/** Rows first, then the declared sizes; one of them may be open. */
function inputDims({ name, shape }: OnnxValueInfo, count: number): readonly (number | null)[] {
  if (shape === null) return [null, count];
  const sizes = shape.slice(1).map((size) => (typeof size === 'number' ? size : null));
  if (shape.length === 0) throw new Refusal('input', name, 'it has no rows');
  const open = sizes.filter((size) => size === null).length;
  if (open > 1) throw new Refusal('input', name, `${open} of its sizes are open`);
  const known = sizes.map((size) => size ?? count / countOf(sizes));
  if (countOf(known) === count && known.every(Number.isInteger)) return [null, ...known];
  throw new Refusal('input', name, `${count} values a row do not fit its sizes`);
}

function load(scope: Scope, from: LoadStep['from'], as: LoadStep['as']): readonly Lane[] {
  return scope.add({ op: 'load', from, as }, from.length);
}

function loadForm(name: string, type: TensorType): { type: NumberType; as: LoadStep['as'] } {
  switch (type) {
    case 'float32':
      return { type, as: 'float32' };
    case 'float64':
      return { type, as: 'float64' };
    case 'bool':
    case 'int32':
    case 'int64':
      return { type, as: 'integer' };
    default:
      throw new Refusal('input', name, `it is of type ${type}`);
  }
}
