import type { OnnxNode } from '../onnx/types.ts';
import { integer } from './attributes.ts';
import { castTableToNumbers, castToText } from './cast-text.ts';
import { addMap } from './elementwise.ts';
import { isText } from './label-encoder.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import type { LabelTensor, NumberTensor, NumberType, Tensor } from './tensor.ts';

const castTypes = new Map<number, NumberType | 'string'>([
  [1, 'float32'],
  [6, 'int32'],
  [7, 'int64'],
  [8, 'string'],
  [9, 'bool'],
  [11, 'float64'],
]);

/**
 * Cast between numbers, as ONNX Runtime does it on x64: floats are cut to integers, NaN and what the type can't hold
 * becomes its least number, integers of 64 bits lose their upper half on the way to 32, and everything but 0 is true,
 * NaN too. Text is cast where a table of the model holds it.
 */
export function lowerCast(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const code = integer(node, 'to', 0);
  const to = castTypes.get(code);
  if (to === undefined) throw refuse(node, `it casts to ONNX type ${code}`);
  scope.output(node, 0, casted(scope, node, tensor, to));
}

/** CastLike: to the type of the second input. */
export function lowerCastLike(scope: Scope, node: OnnxNode): void {
  const { type } = scope.input(node, 1);
  const to = type === 'label' || type === 'text' ? 'string' : type;
  scope.output(node, 0, casted(scope, node, scope.input(node), to));
}

function casted(scope: Scope, node: OnnxNode, tensor: Tensor, to: NumberType | 'string'): Tensor {
  switch (tensor.type) {
    case 'text':
      if (to === 'string') return tensor;
      throw refuse(node, 'it reads numbers from text that no table of the model holds');
    case 'label':
      return to === 'string' || !isText(tensor)
        ? castLabel(node, tensor, to)
        : castTableToNumbers(scope, node, tensor, to);
    default:
      return to === 'string' ? castToText(node, tensor) : castNumber(scope, tensor, to);
  }
}

function castNumber(scope: Scope, tensor: NumberTensor, to: NumberType): NumberTensor {
  const { type, lanes } = tensor;
  const fromFloat = type === 'float32' || type === 'float64';
  if (to === type || type === 'bool') return { ...tensor, type: to };
  switch (to) {
    case 'float64':
      // Every float32 and every int64 within 2^53 is a float64.
      return { ...tensor, type: to };
    case 'float32':
      return { ...tensor, type: to, lanes: addMap(scope, 'round', 'float32', lanes) };
    case 'bool':
      return { ...tensor, type: to, lanes: addMap(scope, 'truth', 'integer', lanes) };
    case 'int64':
      return { ...tensor, type: to, lanes: fromFloat ? addMap(scope, 'toInt64', 'integer', lanes) : lanes };
    case 'int32':
      return {
        ...tensor,
        type: to,
        lanes: addMap(scope, fromFloat ? 'toInt32' : 'round', fromFloat ? 'integer' : 'int32', lanes),
      };
  }
}

/** Labels stay indexes: a cast changes the table that they point into, or the type of the numbers in it. */
function castLabel(node: OnnxNode, tensor: LabelTensor, to: NumberType | 'string'): LabelTensor {
  const { labels, numbers = 'int64' } = tensor;
  if (to === 'string') {
    if (!isText(tensor) && numbers !== 'int64' && numbers !== 'int32')
      throw refuse(node, `it casts ${numbers} to text`);
    return { ...tensor, labels: labels.map(String) };
  }
  if (labels.some((label) => typeof label !== 'number' || !holds(to, label))) {
    throw refuse(node, `it casts labels to ${to}, which does not hold all of them`);
  }
  return { ...tensor, numbers: to };
}

function holds(type: NumberType, label: number): boolean {
  switch (type) {
    case 'int32':
      return (label | 0) === label;
    case 'float32':
      return Math.fround(label) === label;
    case 'int64':
      return Number.isSafeInteger(label);
    case 'float64':
      return true;
    case 'bool':
      return label === 0 || label === 1;
  }
}
