import type { TreeEnsemble } from '../ir/tree-ensemble.ts';
import type { Categories } from './categories.ts';

/**
 * Where trees read their values from. A node whose missing value says yes reads a slot in which NaN was replaced by
 * -Infinity, all others one that keeps NaN: so `x <= threshold` gives the right answer without a further test. A
 * category slot holds where in the categories' bits the answers for its value stand.
 */
export type Slot =
  | { readonly input: number; readonly form: 'plain' | 'missing' }
  | { readonly input: number; readonly form: 'category'; readonly table: number };

export interface Slots {
  readonly slots: readonly Slot[];
  /** The slot of each node. */
  readonly ofNode: Int32Array;
}

export function assignSlots({ nodes }: TreeEnsemble, categories: Categories | null): Slots {
  // Thresholds first: two keys an input; then one for each table of categories.
  const inputs = nodes.feature.reduce((most, input) => Math.max(most, input), -1) + 1;
  const keys = new Int32Array(nodes.count);
  const seen = new Uint8Array(2 * inputs + (categories?.tables.length ?? 0));
  for (let node = 0; node < nodes.count; node++) {
    const table = categories?.tableOf[node] ?? -1;
    keys[node] = table < 0 ? 2 * nodes.feature[node] + nodes.missing[node] : 2 * inputs + table;
    seen[keys[node]] = 1;
  }
  const place = new Int32Array(seen.length);
  const slots: Slot[] = [];
  seen.forEach((used, key) => {
    if (used === 0) return;
    const table = key - 2 * inputs;
    const slot: Slot =
      table < 0
        ? { input: key >> 1, form: (key & 1) === 1 ? 'missing' : 'plain' }
        : { input: categories?.tables[table].input ?? 0, form: 'category', table };
    place[key] = slots.push(slot) - 1;
  });
  return { slots, ofNode: keys.map((key) => place[key]) };
}
