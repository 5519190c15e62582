import type { TreeEnsemble } from '../ir/tree-ensemble.ts';
import { nextDown } from '../math/index.ts';
import type { Slots } from './slots.ts';

/** Entries after each slot's thresholds: the place of "above all", and room for the search to look ahead. */
const paddingMin = 8;

/** The questions of an ensemble, each distinct one once. */
export interface Conditions {
  /** Thresholds of all slots, ascending within a slot, each followed by +Infinity as padding. */
  readonly thresholds: Float32Array;
  /** First threshold of each slot; `ends` is the place behind its last one. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Equality questions: true where condition `at` holds and condition `below` (-1: none) does not. */
  readonly equalities: readonly { readonly at: number; readonly below: number }[];
  /** The condition of each node; from `thresholds.length` on they are equalities. */
  readonly ofNode: Int32Array;
}

/** Collects `x <= threshold` by slot. `x == t` on float32 is `x <= t` without `x <= the float32 below t`. */
export function collectConditions(ensemble: TreeEnsemble, slots: Slots): Conditions {
  const { nodes } = ensemble;
  const wanted = slots.slots.map(() => new Set<number>());
  for (let node = 0; node < nodes.count; node++) {
    const threshold = nodes.threshold[node];
    const set = wanted[slots.ofNode[node]];
    // One key for both zeros, which compare alike.
    set.add(threshold + 0);
    if (nodes.equal[node] === 1 && threshold !== Number.NEGATIVE_INFINITY) set.add(nextDown(threshold) + 0);
  }
  const sorted = wanted.map((set) => Float32Array.from(set).sort());
  const { thresholds, starts, ends } = place(sorted);
  const positions = sorted.map(
    (values, slot) => new Map(Array.from(values, (value, index) => [value, starts[slot] + index])),
  );
  const equalities: { at: number; below: number }[] = [];
  const known = new Map<number, number>();
  const equality = (at: number, below: number): number => {
    const index = known.get(at) ?? equalities.push({ at, below }) - 1;
    known.set(at, index);
    return thresholds.length + index;
  };
  const conditionOf = (node: number): number => {
    const threshold = nodes.threshold[node];
    const position = positions[slots.ofNode[node]];
    const at = position.get(threshold + 0) ?? -1;
    return nodes.equal[node] === 1 ? equality(at, position.get(nextDown(threshold) + 0) ?? -1) : at;
  };
  return {
    thresholds,
    starts,
    ends,
    equalities,
    ofNode: Int32Array.from({ length: nodes.count }, (_, node) => conditionOf(node)),
  };
}

function place(sorted: readonly Float32Array[]): Pick<Conditions, 'thresholds' | 'starts' | 'ends'> {
  const starts = new Int32Array(sorted.length);
  const ends = new Int32Array(sorted.length);
  let length = 0;
  sorted.forEach((values, slot) => {
    starts[slot] = length;
    ends[slot] = length + values.length;
    length += values.length + Math.max(paddingMin, values.length);
  });
  const thresholds = new Float32Array(Math.ceil(length / 4) * 4).fill(Number.POSITIVE_INFINITY);
  sorted.forEach((values, slot) => {
    thresholds.set(values, starts[slot]);
  });
  return { thresholds, starts, ends };
}
