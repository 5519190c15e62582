import type { TreeEnsemble } from '../ir/tree-ensemble.ts';

/**
 * Where trees read their values from. A node whose missing value says yes reads a slot in which NaN was replaced by
 * -Infinity, all others one that keeps NaN: so `x <= threshold` gives the right answer without a further test.
 */
export interface Slot {
  /** Index into the step's inputs. */
  readonly input: number;
  readonly missing: boolean;
}

export interface Slots {
  readonly slots: readonly Slot[];
  /** The slot of each node. */
  readonly ofNode: Int32Array;
}

export function assignSlots(ensemble: TreeEnsemble): Slots {
  const { nodes } = ensemble;
  const keyOf = (node: number) => nodes.feature[node] * 2 + nodes.missing[node];
  const keys = [...new Set(Array.from({ length: nodes.count }, (_, node) => keyOf(node)))].sort((a, b) => a - b);
  const place = new Map(keys.map((key, index) => [key, index]));
  return {
    slots: keys.map((key) => ({ input: key >> 1, missing: (key & 1) === 1 })),
    ofNode: Int32Array.from({ length: nodes.count }, (_, node) => place.get(keyOf(node)) ?? 0),
  };
}
