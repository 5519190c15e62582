import type { OnnxNode } from '../onnx/types.ts';
import { integer } from './attributes.ts';
import { addPair, precisionOf } from './elementwise.ts';
import { groupsOf, reductions } from './reductions.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { axisOf } from './tensor.ts';

/** LpNormalization along any size but the rows: each element divided by the norm of those along the axis, 0 by a norm of 0. */
export function lowerLpNormalization(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  const axis = axisOf(node, integer(node, 'axis', -1), tensor.dims.length);
  const p = integer(node, 'p', 2);
  if (p !== 1 && p !== 2) throw refuse(node, `p is ${p}, not 1 or 2`);
  if (tensor.dims[axis] === null) throw refuse(node, 'it normalizes along the rows');
  const precision = precisionOf(tensor.type);
  const { members } = groupsOf(tensor.dims, [axis]);
  const groups = members.map((group) => group.map((at) => tensor.lanes[at]));
  const norms = (p === 1 ? reductions.L1 : reductions.L2)(scope, groups, precision);
  const conditions = [...tensor.lanes];
  members.forEach((group, of) => {
    for (const at of group) conditions[at] = norms[of];
  });
  const inputs = addPair(scope, 'divide', precision, tensor.lanes, conditions);
  const [zero] = scope.constantLanes([0]);
  const others = inputs.map(() => zero);
  scope.output(node, 0, {
    ...tensor,
    lanes: scope.add({ op: 'select', conditions, inputs, others }, inputs.length),
  });
}
