import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integer } from './attributes.ts';
import { addPair, checked, precisionOf, refuseZeros, stretched } from './elementwise.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { broadcast, type NumberTensor } from './tensor.ts';

// Operators of numbers with rules of their own.

/** Clip between bounds that are attributes before opset 11 and inputs since; either may be missing. */
export function lowerClip(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  const { type, lanes } = tensor;
  const precision = precisionOf(type);
  const least = boundOf(scope, node, 1, 'min', tensor);
  const most = boundOf(scope, node, 2, 'max', tensor);
  const raised =
    least === null
      ? lanes
      : addPair(
          scope,
          'maximum',
          precision,
          lanes,
          lanes.map(() => least),
        );
  const clipped =
    most === null
      ? raised
      : addPair(
          scope,
          'minimum',
          precision,
          raised,
          raised.map(() => most),
        );
  scope.output(node, 0, { ...tensor, lanes: clipped });
}

function boundOf(scope: Scope, node: OnnxNode, index: number, name: string, tensor: NumberTensor): Lane | null {
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
  const isFloat = type === 'float32' || type === 'float64';
  const fmod = integer(node, 'fmod', 0) !== 0;
  if (isFloat && !fmod) throw refuse(node, 'it takes the rest of floats without fmod');
  if (!isFloat) refuseZeros(scope, node, lanes[1]);
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

/** Pow of floats to floats or integers; the result has the type of the base. */
export function lowerPow(scope: Scope, node: OnnxNode): void {
  const base = scope.numbers(node, 0);
  const exponent = scope.numbers(node, 1);
  if (base.type !== 'float32' && base.type !== 'float64') throw refuse(node, `it raises ${base.type} to a power`);
  const { dims, orders } = broadcast(node, [base.dims, exponent.dims]);
  const [inputs, others] = [base, exponent].map(({ lanes }, at) => (orders[at] ?? []).map((index) => lanes[index]));
  scope.output(node, 0, { type: base.type, dims, lanes: addPair(scope, 'power', base.type, inputs, others) });
}
