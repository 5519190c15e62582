import type { FeatureSlot, Lane, LoadStep } from '../ir/program.ts';
import type { OnnxValueInfo } from '../onnx/types.ts';
import type { InputLane, TensorType } from '../session.ts';
import { Refusal } from './refusal.ts';
import type { Scope, Tensor } from './scope.ts';

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

/** Null for an input that no compiled operator reads: text. An operator that wants it then refuses. */
function inputTensor(scope: Scope, input: OnnxValueInfo, lanes: readonly InputLane[]): Tensor | null {
  const from: { feature: number; offset: number }[] = [];
  let type: TensorType | null = null;
  lanes.forEach((lane, feature) => {
    if (lane.input !== input.name) return;
    type = lane.type;
    for (let offset = 0; offset < lane.width; offset++) from[lane.column + offset] = { feature, offset };
  });
  if (type === null || type === 'string') return null;
  if (from.length === 0 || Array.from(from).includes(undefined as never)) {
    throw new Refusal('input', input.name, 'the features leave gaps between its columns');
  }
  const rank = input.shape === null ? 2 : input.shape.length;
  if (rank !== 1 && rank !== 2) throw new Refusal('input', input.name, `it has ${rank} dimensions`);
  const form = loadForm(input.name, type);
  return { type: form.type, rank, labels: null, lanes: load(scope, from, form.as) };
}

function load(scope: Scope, from: LoadStep['from'], as: LoadStep['as']): readonly Lane[] {
  return scope.add({ op: 'load', from, as }, from.length);
}

function loadForm(name: string, type: TensorType): { type: Tensor['type']; as: LoadStep['as'] } {
  switch (type) {
    case 'float32':
      return { type, as: 'float32' };
    case 'float64':
      return { type, as: 'float64' };
    case 'bool':
      return { type, as: 'integer' };
    case 'int64':
      return { type, as: 'integer' };
    default:
      throw new Refusal('input', name, `it is of type ${type}`);
  }
}
