import { type FloatArray, floatsOf, type TreeEnsemble, type TreePrecision } from '../ir/tree-ensemble.ts';
import { nextDown, nextDownFloat64 } from '../math/index.ts';
import type { Categories } from './categories.ts';

/** The questions `x <= threshold` about one input, sorted, for the two answers that a missing value can get. */
export interface InputConditions {
  readonly input: number;
  /** All thresholds of the input, ascending. */
  readonly thresholds: FloatArray;
  /** Those of questions where a missing value says no, and where it says yes. */
  readonly lists: readonly [ConditionList, ConditionList];
}

/** One bit a row for each threshold, in places `start`, `start + 1`, ...; one place more ends the list. */
export interface ConditionList {
  readonly thresholds: FloatArray;
  readonly start: number;
}

/** The questions of an ensemble, each distinct one once, and the place of its answer. */
export interface Conditions {
  readonly inputs: readonly InputConditions[];
  /** Places of all lists, filled up to a multiple of 4; the answers to questions of equality follow. */
  readonly listed: number;
  /** An equality holds where the answer at `at` is yes and the one at `below` (-1: none) is no. */
  readonly equalities: readonly { readonly at: number; readonly below: number }[];
  /** Where the answers about memberships start, for each table of categories: 32 places for each of its words. */
  readonly memberships: readonly number[];
  /** The number of all places. */
  readonly places: number;
  /** The place of each node's answer. */
  readonly ofNode: Int32Array;
}

/**
 * Collects the questions of the nodes that `asked` marks. `x == t` is `x <= t` without `x <= the number below t` of the
 * precision.
 */
export function collectConditions(
  ensemble: TreeEnsemble,
  asked: Uint8Array,
  categories: Categories | null,
): Conditions {
  const { nodes, precision } = ensemble;
  const wanted = new Map<number, [Set<number>, Set<number>]>();
  for (let node = 0; node < nodes.count; node++) {
    if (asked[node] === 0 || nodes.set[node] >= 0) continue;
    const sets = wanted.get(nodes.feature[node]) ?? [new Set<number>(), new Set<number>()];
    wanted.set(nodes.feature[node], sets);
    const set = sets[nodes.missing[node]];
    set.add(keyOf(nodes.threshold[node]));
    if (nodes.equal[node] === 1 && nodes.threshold[node] !== Number.NEGATIVE_INFINITY)
      set.add(below(nodes.threshold[node], precision));
  }
  const { inputs, listed } = placeLists(wanted, precision);
  const { equalities, ofNode } = answerPlaces(ensemble, asked, inputs, listed);
  let places = listed + equalities.length;
  const memberships = (categories?.tables ?? []).map(({ words }) => {
    places += 32 * words;
    return places - 32 * words;
  });
  categories?.tableOf.forEach((table, node) => {
    if (table >= 0 && asked[node] === 1) ofNode[node] = memberships[table] + categories.bitOf[node];
  });
  return { inputs, listed, equalities, memberships, places, ofNode };
}

/** One key for both zeros, which compare alike. */
function keyOf(threshold: number): number {
  return threshold + 0;
}

function below(threshold: number, precision: TreePrecision): number {
  return keyOf(precision === 'float64' ? nextDownFloat64(threshold) : nextDown(threshold));
}

function placeLists(
  wanted: ReadonlyMap<number, readonly [Set<number>, Set<number>]>,
  precision: TreePrecision,
): { inputs: InputConditions[]; listed: number } {
  let listed = 0;
  const list = (values: Set<number>): ConditionList => {
    const start = listed;
    if (values.size > 0) listed += values.size + 1;
    return { thresholds: sorted(values, precision), start };
  };
  const inputs = [...wanted].map(([input, [no, yes]]): InputConditions => {
    return { input, thresholds: sorted(new Set([...no, ...yes]), precision), lists: [list(no), list(yes)] };
  });
  return { inputs, listed: Math.ceil(listed / 4) * 4 };
}

function sorted(values: Set<number>, precision: TreePrecision): FloatArray {
  return floatsOf(precision, [...values]).sort();
}

function answerPlaces(
  ensemble: TreeEnsemble,
  asked: Uint8Array,
  inputs: readonly InputConditions[],
  listed: number,
): Pick<Conditions, 'equalities' | 'ofNode'> {
  const { nodes, precision } = ensemble;
  const places = new Map(inputs.map(({ input, lists }) => [input, lists.map(placesOf)]));
  const equalities: { at: number; below: number }[] = [];
  const known = new Map<number, number>();
  const ofNode = Int32Array.from({ length: nodes.count }, (_, node) => {
    if (asked[node] === 0 || nodes.set[node] >= 0) return 0;
    const list = places.get(nodes.feature[node])?.[nodes.missing[node]];
    const at = list?.get(keyOf(nodes.threshold[node])) ?? 0;
    if (nodes.equal[node] === 0) return at;
    // Nothing lies below -Infinity.
    const lower =
      nodes.threshold[node] === Number.NEGATIVE_INFINITY ? Number.NaN : below(nodes.threshold[node], precision);
    const place = known.get(at) ?? listed + equalities.push({ at, below: list?.get(lower) ?? -1 }) - 1;
    known.set(at, place);
    return place;
  });
  return { equalities, ofNode };
}

function placesOf({ thresholds, start }: ConditionList): Map<number, number> {
  return new Map(Array.from(thresholds, (threshold, index) => [threshold, start + index]));
}
