import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integer } from './attributes.ts';
import { addPair, checked, isFloat, precisionOf, refuseZeros, stretched } from './elementwise.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { broadcast, type NumberTensor } from './tensor.ts';

// Operators of numbers with rules of their own.

/**
 * Clip between bounds that are attributes before opset 11 and inputs since. A bound that is missing is the end of the
 * type's finite numbers: infinities are clipped to it.
 */
export function lowerClip(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  const { type, lanes } = tensor;
  const precision = precisionOf(type);
  const most = largestOf(type);
  const bounds = [boundOf(scope, node, 1, 'min', tensor), boundOf(scope, node, 2, 'max', tensor)] as const;
  const [low, high] = most === null ? bounds : withEnds(scope, bounds, most);
  const raised = low === null ? lanes : addPair(scope, 'maximum', precision, lanes, spread(low, lanes));
  const clipped = high === null ? raised : addPair(scope, 'minimum', precision, raised, spread(high, lanes));
  scope.output(node, 0, { ...tensor, lanes: clipped });
}

type Bound = Lane | null;

/** Null for integers, which no bound of their own type clips. */
function largestOf(type: NumberTensor['type']): number | null {
  if (type === 'float32') return 2 ** 128 - 2 ** 104;
  return type === 'float64' ? Number.MAX_VALUE : null;
}

function withEnds(scope: Scope, [low, high]: readonly [Bound, Bound], most: number): readonly [Lane, Lane] {
  return [low ?? scope.constantLanes([-most])[0], high ?? scope.constantLanes([most])[0]];
}

function spread(lane: Lane, over: readonly Lane[]): readonly Lane[] {
  return over.map(() => lane);
}

function boundOf(scope: Scope, node: OnnxNode, index: number, name: string, tensor: NumberTensor): Bound {
  if (scope.opset < 11) {
    const bound = node.attributes.get(name);
    return bound?.type === 'float' ? scope.constantLanes([bound.value])[0] : null;
  }
  if (!scope.has(node, index)) return null;
  const bound = scope.numbers(node, index);
  if (bound.type !== tensor.type || bound.lanes.length !== 1 || bound.dims.includes(null))
    throw refuse(node, `${name} is no single ${tensor.type}`);
  return bound.lanes[0];
}

/** Mod: with `fmod` the rest has the sign of the dividend, as in JavaScript; without, that of the divisor, for integers only. */
export function lowerMod(scope: Scope, node: OnnxNode): void {
  const { type, dims, lanes } = stretched(scope, node, [0, 1]);
  const precision = precisionOf(type);
  const fmod = integer(node, 'fmod', 0) !== 0;
  if (isFloat(type) && !fmod) throw refuse(node, 'it takes the rest of floats without fmod');
  if (!isFloat(type)) refuseZeros(scope, node, lanes[1]);
  const rest = addPair(scope, 'remainder', precision, lanes[0], lanes[1]);
  const result = fmod ? rest : withSignOfDivisor(scope, precision, rest, lanes[1]);
  scope.output(node, 0, { type, dims, lanes: checked(scope, node, type, result) });
}

/** Twice more the remainder: of the rest plus the divisor, which has the divisor's sign or is 0. */
function withSignOfDivisor(
  scope: Scope,
  precision: ReturnType<typeof precisionOf>,
  rest: readonly Lane[],
  divisors: readonly Lane[],
): readonly Lane[] {
  // In float64 the sum of two integers of 32 bits does not wrap around.
  const exact = precision === 'int32' ? 'integer' : precision;
  return addPair(scope, 'remainder', exact, addPair(scope, 'add', exact, rest, divisors), divisors);
}

/**
 * Pow of floats to floats or integers; the result has the type of the base. A single exponent of 2 or 3 is a product,
 * each step rounded, as ONNX Runtime has it.
 */
export function lowerPow(scope: Scope, node: OnnxNode): void {
  const base = scope.numbers(node, 0);
  const exponent = scope.numbers(node, 1);
  const { type } = base;
  if (type !== 'float32' && type !== 'float64') throw refuse(node, `it raises ${type} to a power`);
  const { dims, orders } = broadcast(node, [base.dims, exponent.dims]);
  const [inputs, others] = [base, exponent].map(({ lanes }, at) => (orders[at] ?? []).map((index) => lanes[index]));
  const single = exponent.lanes.length === 1 && !exponent.dims.includes(null) ? scope.valueOf(exponent.lanes[0]) : null;
  scope.output(node, 0, {
    type,
    dims,
    lanes: product(scope, type, inputs, single) ?? addPair(scope, 'power', type, inputs, others),
  });
}

function product(
  scope: Scope,
  type: 'float32' | 'float64',
  lanes: readonly Lane[],
  times: number | null,
): readonly Lane[] | null {
  if (times !== 2 && times !== 3) return null;
  const square = addPair(scope, 'multiply', type, lanes, lanes);
  return times === 2 ? square : addPair(scope, 'multiply', type, square, lanes);
}
