import type { Lane } from '../ir/program.ts';
import type { FloatArray, TreePrecision } from '../ir/tree-ensemble.ts';
import type { Scope } from './scope.ts';

// What follows the sums of trees is computed in the trees' precision; results leave as float32 but for TreeEnsemble.

/** Adds a constant to each lane. */
export function shifted(scope: Scope, lanes: readonly Lane[], by: FloatArray, precision: TreePrecision): Lane[] {
  const others = scope.constantLanes(Array.from(by));
  return scope.add({ op: 'pair', fn: 'add', inputs: lanes, others, precision }, lanes.length);
}

export function divided(scope: Scope, lanes: readonly Lane[], by: number, precision: TreePrecision): Lane[] {
  const others = scope.constantLanes(lanes.map(() => by));
  return scope.add({ op: 'pair', fn: 'divide', inputs: lanes, others, precision }, lanes.length);
}

/** The lanes as float32. Transforms start from here: ONNX Runtime computes them in float32 for float64 trees too. */
export function narrowed(scope: Scope, lanes: readonly Lane[], precision: TreePrecision): readonly Lane[] {
  return precision === 'float32'
    ? lanes
    : scope.add({ op: 'map', fn: 'round', precision: 'float32', inputs: lanes }, lanes.length);
}
