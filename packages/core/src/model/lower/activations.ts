import type { Lane, MapFunction, PairFunction } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { float, oneOf } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { broadcast, type NumberTensor, rearranged } from './tensor.ts';

type Float = 'float32' | 'float64';

// ONNX Runtime runs Relu, Sigmoid and Tanh in both precisions and all other activations in float32 only.

export function lowerRelu(scope: Scope, node: OnnxNode): void {
  mapAll(scope, node, 'relu', ['float32', 'float64']);
}

export function lowerSigmoid(scope: Scope, node: OnnxNode): void {
  mapAll(scope, node, 'sigmoid', ['float32', 'float64']);
}

export function lowerTanh(scope: Scope, node: OnnxNode): void {
  mapAll(scope, node, 'tanh', ['float32', 'float64']);
}

export function lowerSoftplus(scope: Scope, node: OnnxNode): void {
  mapAll(scope, node, 'softplus', ['float32']);
}

export function lowerSoftsign(scope: Scope, node: OnnxNode): void {
  mapAll(scope, node, 'softsign', ['float32']);
}

export function lowerErf(scope: Scope, node: OnnxNode): void {
  mapAll(scope, node, 'erf', ['float32']);
}

export function lowerGelu(scope: Scope, node: OnnxNode): void {
  const exact = oneOf(node, 'approximate', ['none', 'tanh'], 'none') === 'none';
  mapAll(scope, node, exact ? 'gelu' : 'geluTanh', ['float32']);
}

/** `alpha * x` below 0. */
export function lowerLeakyRelu(scope: Scope, node: OnnxNode): void {
  const tensor = floatInput(scope, node, ['float32']);
  const alpha = constant(scope, tensor, float(node, 'alpha', 0.01));
  belowZero(scope, node, tensor, pair(scope, 'multiply', tensor.lanes, alpha));
}

/** PRelu: `slope * x` below 0, with a slope of its own for each element. */
export function lowerPRelu(scope: Scope, node: OnnxNode): void {
  const tensor = floatInput(scope, node, ['float32']);
  const slope = scope.numbers(node, 1);
  if (slope.type !== 'float32') throw refuse(node, `the slope is of type ${slope.type}`);
  const { dims, orders } = broadcast(node, [tensor.dims, slope.dims]);
  const [own, others] = orders;
  const stretched = rearranged(tensor, dims, own);
  belowZero(scope, node, stretched, pair(scope, 'multiply', stretched.lanes, rearranged(slope, dims, others).lanes));
}

/** `alpha * (e^x - 1)` below 0. */
export function lowerElu(scope: Scope, node: OnnxNode): void {
  const tensor = floatInput(scope, node, ['float32']);
  belowZero(scope, node, tensor, raised(scope, tensor, float(node, 'alpha', 1)));
}

/** `gamma * x` above 0 and `gamma * alpha * (e^x - 1)` below. */
export function lowerSelu(scope: Scope, node: OnnxNode): void {
  const tensor = floatInput(scope, node, ['float32']);
  const below = raised(scope, tensor, float(node, 'alpha', 1.6732631921768188));
  const lanes = chosen(scope, tensor.lanes, below, tensor.lanes);
  const gamma = constant(scope, tensor, float(node, 'gamma', 1.0507010221481323));
  scope.output(node, 0, { ...tensor, lanes: pair(scope, 'multiply', lanes, gamma) });
}

/** `alpha * x + beta`, held between 0 and 1. */
export function lowerHardSigmoid(scope: Scope, node: OnnxNode): void {
  const tensor = floatInput(scope, node, ['float32']);
  const number = (value: number) => constant(scope, tensor, value);
  const scaled = pair(scope, 'multiply', tensor.lanes, number(float(node, 'alpha', 0.2)));
  const moved = pair(scope, 'add', scaled, number(float(node, 'beta', 0.5)));
  const lanes = pair(scope, 'maximum', pair(scope, 'minimum', moved, number(1)), number(0));
  scope.output(node, 0, { ...tensor, lanes });
}

function mapAll(scope: Scope, node: OnnxNode, fn: MapFunction, types: readonly Float[]): void {
  const tensor = floatInput(scope, node, types);
  scope.output(node, 0, { ...tensor, lanes: map(scope, tensor, fn) });
}

function floatInput(scope: Scope, node: OnnxNode, types: readonly Float[]): NumberTensor & { readonly type: Float } {
  const tensor = scope.numbers(node);
  const type = types.find((known) => known === tensor.type);
  if (type === undefined) throw refuse(node, `input is of type ${tensor.type}, not ${types.join(' or ')}`);
  return { ...tensor, type };
}

function map(scope: Scope, { lanes, type }: NumberTensor & { readonly type: Float }, fn: MapFunction): Lane[] {
  return scope.add({ op: 'map', fn, precision: type, inputs: lanes }, lanes.length);
}

function raised(scope: Scope, tensor: NumberTensor & { readonly type: Float }, alpha: number): readonly Lane[] {
  const lanes = map(scope, tensor, 'expm1');
  return alpha === 1 ? lanes : pair(scope, 'multiply', lanes, constant(scope, tensor, alpha));
}

function constant(scope: Scope, { lanes }: NumberTensor, value: number): readonly Lane[] {
  const [lane] = scope.constantLanes([Math.fround(value)]);
  return lanes.map(() => lane);
}

function pair(scope: Scope, fn: PairFunction, inputs: readonly Lane[], others: readonly Lane[]): readonly Lane[] {
  return scope.add({ op: 'pair', fn, inputs, others, precision: 'float32' }, inputs.length);
}

function belowZero(scope: Scope, node: OnnxNode, tensor: NumberTensor, below: readonly Lane[]): void {
  scope.output(node, 0, { ...tensor, lanes: chosen(scope, tensor.lanes, below, tensor.lanes) });
}

/** For each lane one value where `asked` is below 0, and another where it isn't. */
function chosen(
  scope: Scope,
  asked: readonly Lane[],
  below: readonly Lane[],
  others: readonly Lane[],
): readonly Lane[] {
  const [zero] = scope.constantLanes([0]);
  const conditions = scope.add(
    { op: 'pair', fn: 'less', inputs: asked, others: asked.map(() => zero), precision: 'integer' },
    asked.length,
  );
  return scope.add({ op: 'select', conditions, inputs: below, others }, asked.length);
}
