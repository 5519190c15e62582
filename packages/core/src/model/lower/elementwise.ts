import type { Lane, MapFunction, PairFunction, Precision } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { broadcast, type Dims, type NumberTensor, type NumberType } from './tensor.ts';

// Operators that work number by number, on values that ONNX stretches to each other.

type Lower = (scope: Scope, node: OnnxNode) => void;

export function precisionOf(type: NumberType): Precision {
  if (type === 'float32' || type === 'float64' || type === 'int32') return type;
  return 'integer';
}

export function isFloat(type: NumberType): boolean {
  return type === 'float32' || type === 'float64';
}

/** The function of every element. */
function mapped(scope: Scope, node: OnnxNode, fn: MapFunction, tensor: NumberTensor): NumberTensor {
  const { lanes, type } = tensor;
  return { ...tensor, lanes: checked(scope, node, type, addMap(scope, fn, precisionOf(type), lanes)) };
}

export function addMap(scope: Scope, fn: MapFunction, precision: Precision, inputs: readonly Lane[]): readonly Lane[] {
  return inputs.length === 0 ? [] : scope.add({ op: 'map', fn, precision, inputs }, inputs.length);
}

export function addPair(
  scope: Scope,
  fn: PairFunction,
  precision: Precision,
  inputs: readonly Lane[],
  others: readonly Lane[],
): readonly Lane[] {
  return inputs.length === 0 ? [] : scope.add({ op: 'pair', fn, precision, inputs, others }, inputs.length);
}

/** Refuses integers of 64 bits that could pass 2^53, from where on a JavaScript number is not exact. */
export function checked(scope: Scope, node: OnnxNode, type: NumberType, lanes: readonly Lane[]): readonly Lane[] {
  if (type !== 'int64') return lanes;
  for (const lane of lanes) {
    const [low, high] = scope.ranges.of(lane);
    if (!(low >= -(2 ** 53) && high <= 2 ** 53)) throw refuse(node, 'its integers could pass 2^53');
  }
  return lanes;
}

/** Values of one type, stretched to common sizes. */
export function stretched(
  scope: Scope,
  node: OnnxNode,
  indexes: readonly number[],
): { readonly type: NumberType; readonly dims: Dims; readonly lanes: readonly (readonly Lane[])[] } {
  const tensors = indexes.map((index) => scope.numbers(node, index));
  const [first] = tensors;
  if (first === undefined) throw refuse(node, 'it has no inputs');
  if (tensors.some(({ type }) => type !== first.type)) {
    throw refuse(node, `its inputs are of types ${tensors.map(({ type }) => type).join(', ')}`);
  }
  const { dims, orders } = broadcast(
    node,
    tensors.map((tensor) => tensor.dims),
  );
  const lanes = tensors.map((tensor, at) => (orders[at] ?? []).map((index) => tensor.lanes[index]));
  return { type: first.type, dims, lanes };
}

/** An operator of one input. */
export function mapOperator(fn: MapFunction): Lower {
  return (scope, node) => scope.output(node, 0, mapped(scope, node, fn, scope.numbers(node)));
}

/** An operator of two inputs with a result of their type. */
export function pairOperator(fn: PairFunction): Lower {
  return (scope, node) => {
    const { type, dims, lanes } = stretched(scope, node, [0, 1]);
    if (fn === 'divide' && !isFloat(type)) refuseZeros(scope, node, lanes[1]);
    const result = checked(scope, node, type, addPair(scope, fn, precisionOf(type), lanes[0], lanes[1]));
    scope.output(node, 0, { type, dims, lanes: result });
  };
}

/** Integers divided by 0 are an error in ONNX Runtime: the divisor has to be known. */
export function refuseZeros(scope: Scope, node: OnnxNode, divisors: readonly Lane[]): void {
  for (const lane of divisors) {
    const value = scope.valueOf(lane);
    if (value === null) throw refuse(node, 'it divides integers by what depends on the row');
    if (value === 0) throw refuse(node, 'it divides integers by 0');
  }
}

/** Min, Max and Sum of any number of inputs, from the first to the last. */
export function variadicOperator(fn: PairFunction): Lower {
  return (scope, node) => {
    const { type, dims, lanes } = stretched(scope, node, [...node.inputs.keys()]);
    const [first, ...others] = lanes;
    const result = others.reduce((so, next) => addPair(scope, fn, precisionOf(type), so, next), first);
    scope.output(node, 0, { type, dims, lanes: checked(scope, node, type, result) });
  };
}

/** Mean of any number of inputs: their sum, times the rounded reciprocal of how many they are. */
export function lowerMean(scope: Scope, node: OnnxNode): void {
  const { type, dims, lanes } = stretched(scope, node, [...node.inputs.keys()]);
  const [first, ...others] = lanes;
  const precision = precisionOf(type);
  const sum = others.reduce((so, next) => addPair(scope, 'add', precision, so, next), first);
  const [share] = scope.constantLanes([Math.fround(1 / lanes.length)]);
  const mean = addPair(
    scope,
    'multiply',
    precision,
    sum,
    sum.map(() => share),
  );
  scope.output(node, 0, { type, dims, lanes: mean });
}

export function dividedBy(
  scope: Scope,
  precision: Precision,
  lanes: readonly Lane[],
  divisor: number,
): readonly Lane[] {
  const [by] = scope.constantLanes([divisor]);
  return addPair(
    scope,
    'divide',
    precision,
    lanes,
    lanes.map(() => by),
  );
}

export function lowerReciprocal(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  const [one] = scope.constantLanes([1]);
  const ones = tensor.lanes.map(() => one);
  scope.output(node, 0, {
    ...tensor,
    lanes: addPair(scope, 'divide', precisionOf(tensor.type), ones, tensor.lanes),
  });
}
