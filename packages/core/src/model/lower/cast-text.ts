import type { OnnxNode } from '../onnx/types.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import type { LabelTensor, NumberTensor, NumberType, Tensor, Text } from './tensor.ts';

/** Numbers as text, where no rounding is in it: truth values are 0 and 1, integers are spelled when they are looked up. */
export function castToText(node: OnnxNode, tensor: NumberTensor): Tensor {
  const { type, dims, lanes } = tensor;
  switch (type) {
    case 'bool':
      return { type: 'label', dims, lanes, labels: ['0', '1'] };
    case 'int32':
    case 'int64':
      return { type: 'text', dims, texts: lanes.map((lane): Text => ({ kind: 'integer', lane })) };
    default:
      throw refuse(node, `it casts ${type} to text, which rounds`);
  }
}

/** Plain decimals, which every reader of numbers takes for the same number. */
const decimal = /^-?\d{1,15}(\.\d{1,15})?$/;
const whole = /^-?\d{1,15}$/;

/** Texts of a table as numbers, by a table. Texts that are no plain numbers are an error or worse in ONNX Runtime. */
export function castTableToNumbers(scope: Scope, node: OnnxNode, tensor: LabelTensor, to: NumberType): Tensor {
  const form = to === 'float32' || to === 'float64' ? decimal : whole;
  const table = tensor.labels.map((label) => {
    const number = Number(label);
    const holds = to !== 'int32' || (number | 0) === number;
    if (to === 'bool' || !form.test(String(label)) || !holds)
      throw refuse(node, `it casts the text ${JSON.stringify(label)} to ${to}`);
    return to === 'float32' ? Math.fround(number) : to === 'float64' ? number : number + 0;
  });
  const lanes = scope.add({ op: 'lookup', inputs: tensor.lanes, table }, tensor.lanes.length);
  return { type: to, dims: tensor.dims, lanes };
}
