import type { Lane, PairFunction, Precision } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integer } from './attributes.ts';
import { addMap, addPair, isFloat, precisionOf, stretched } from './elementwise.ts';
import { isText } from './label-encoder.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { broadcast } from './tensor.ts';
import { chooseText, equalTexts } from './text.ts';

// Operators that answer truth values, and Where, which asks for them. A truth value is 1 or 0.

type Lower = (scope: Scope, node: OnnxNode) => void;

/** Equal, on texts too where one of them is a constant. */
export function lowerEqual(scope: Scope, node: OnnxNode): void {
  if (isTextual(scope, node, 0) || isTextual(scope, node, 1)) {
    scope.output(node, 0, equalTexts(scope, node, scope.input(node, 0), scope.input(node, 1)));
    return;
  }
  comparison('equal')(scope, node);
}

function isTextual(scope: Scope, node: OnnxNode, index: number): boolean {
  const tensor = scope.input(node, index);
  return tensor.type === 'text' || (tensor.type === 'label' && isText(tensor));
}

/** `swapped` compares the second input with the first: Greater is Less the other way round. */
export function comparison(fn: PairFunction, { swapped = false } = {}): Lower {
  return (scope, node) => {
    const { dims, lanes } = stretched(scope, node, swapped ? [1, 0] : [0, 1]);
    scope.output(node, 0, { type: 'bool', dims, lanes: addPair(scope, fn, 'integer', lanes[0], lanes[1]) });
  };
}

export function lowerNot(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  if (tensor.type !== 'bool') throw refuse(node, `input is of type ${tensor.type}`);
  scope.output(node, 0, { ...tensor, lanes: addMap(scope, 'not', 'integer', tensor.lanes) });
}

export function lowerIsNaN(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  scope.output(node, 0, { ...tensor, type: 'bool', lanes: addMap(scope, 'isNaN', 'integer', tensor.lanes) });
}

export function lowerIsInf(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  const positive = integer(node, 'detect_positive', 1) !== 0;
  const negative = integer(node, 'detect_negative', 1) !== 0;
  const lanes = infinite(scope, precisionOf(tensor.type), tensor.lanes, positive, negative);
  scope.output(node, 0, { ...tensor, type: 'bool', lanes });
}

function infinite(
  scope: Scope,
  precision: Precision,
  lanes: readonly Lane[],
  positive: boolean,
  negative: boolean,
): readonly Lane[] {
  if (!positive && !negative) {
    const [never] = scope.constantLanes([0]);
    return lanes.map(() => never);
  }
  const asked = positive && negative ? addMap(scope, 'magnitude', precision, lanes) : lanes;
  const [end] = scope.constantLanes([positive ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY]);
  return addPair(
    scope,
    'equal',
    'integer',
    asked,
    asked.map(() => end),
  );
}

/** Where: the second input where the first is true, else the third. */
export function lowerWhere(scope: Scope, node: OnnxNode): void {
  const condition = scope.numbers(node, 0);
  if (condition.type !== 'bool') throw refuse(node, `its condition is of type ${condition.type}`);
  if (isTextual(scope, node, 1) || isTextual(scope, node, 2)) {
    scope.output(node, 0, chooseText(scope, node, condition, scope.input(node, 1), scope.input(node, 2)));
    return;
  }
  const [yes, no] = [scope.numbers(node, 1), scope.numbers(node, 2)];
  if (yes.type === 'bool') throw refuse(node, 'it chooses between truth values');
  if (yes.type !== no.type) throw refuse(node, `it chooses between ${yes.type} and ${no.type}`);
  const { dims, orders } = broadcast(node, [condition.dims, yes.dims, no.dims]);
  const [conditions, inputs, others] = [condition, yes, no].map(({ lanes }, at) =>
    (orders[at] ?? []).map((index) => lanes[index]),
  );
  const signed = isFloat(yes.type) ? withoutNegativeZero(scope, precisionOf(yes.type), inputs) : inputs;
  scope.output(node, 0, { type: yes.type, dims, lanes: chosen(scope, conditions, signed, others) });
}

/** ONNX Runtime's Where loses the sign of a zero that is chosen by a true condition. */
function withoutNegativeZero(scope: Scope, precision: Precision, lanes: readonly Lane[]): readonly Lane[] {
  if (lanes.every((lane) => (scope.valueOf(lane) ?? -0) !== 0)) return lanes;
  const [zero] = scope.constantLanes([0]);
  return addPair(
    scope,
    'add',
    precision,
    lanes,
    lanes.map(() => zero),
  );
}

/** Of each pair of lanes the first where the condition is not 0; conditions that are known cost no step. */
export function chosen(
  scope: Scope,
  conditions: readonly Lane[],
  inputs: readonly Lane[],
  others: readonly Lane[],
): readonly Lane[] {
  const known = conditions.map((lane) => scope.valueOf(lane));
  if (known.every((value) => value !== null)) {
    return known.map((value, at) => (value === 0 ? others[at] : inputs[at]));
  }
  return scope.add({ op: 'select', conditions, inputs, others }, conditions.length);
}
