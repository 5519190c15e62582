import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integer } from './attributes.ts';
import { addMap, precisionOf } from './elementwise.ts';
import { groupsOf, withoutAxes } from './reductions.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { axisOf } from './tensor.ts';

// Places of largest and smallest elements.

/** ArgMax and ArgMin along any size but the rows; of equal ones the first, or the last where the node says so. */
export function argExtreme(which: 'largest' | 'smallest'): (scope: Scope, node: OnnxNode) => void {
  return (scope, node) => {
    const tensor = scope.numbers(node);
    const axis = axisOf(node, integer(node, 'axis', 0), tensor.dims.length);
    const size = tensor.dims[axis] ?? null;
    if (size === null) throw refuse(node, 'it compares rows');
    if (size === 0) throw refuse(node, 'it compares nothing');
    const inputs = which === 'largest' ? tensor.lanes : negated(scope, tensor.lanes, precisionOf(tensor.type));
    const last = integer(node, 'select_last_index', 0) !== 0;
    const { dims, members } = groupsOf(tensor.dims, [axis]);
    const lanes = members.map((group) => {
      return scope.add({ op: 'argmax', inputs: group.map((at) => inputs[at]), votes: null, last }, 1)[0];
    });
    const keep = integer(node, 'keepdims', 1) !== 0;
    scope.output(node, 0, { type: 'int64', dims: keep ? dims : withoutAxes(dims, [axis]), lanes });
  };
}

/** In float64, where the least integer of 32 bits has a positive counterpart too. */
function negated(scope: Scope, lanes: readonly Lane[], precision: ReturnType<typeof precisionOf>): readonly Lane[] {
  return addMap(scope, 'negate', precision === 'int32' ? 'integer' : precision, lanes);
}
