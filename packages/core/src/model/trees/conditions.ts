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
  const { inputs, listed } = placeLists(ensemble, asked);
  const { equalities, ofNode } = answerPlaces(ensemble, asked, inputs, listed);
  const compared = listed + equalities.length;
  // Words of answers start at multiples of their bits, so that a place tells word and bit.
  let places = categories === null ? compared : Math.ceil(compared / 32) * 32;
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

/** Nothing lies below -Infinity. */
function hasBelow({ nodes }: TreeEnsemble, node: number): boolean {
  return nodes.equal[node] === 1 && nodes.threshold[node] !== Number.NEGATIVE_INFINITY;
}

function placeLists(ensemble: TreeEnsemble, asked: Uint8Array): { inputs: InputConditions[]; listed: number } {
  let listed = 0;
  const list = (thresholds: FloatArray): ConditionList => {
    const start = listed;
    if (thresholds.length > 0) listed += thresholds.length + 1;
    return { thresholds, start };
  };
  const lists = thresholdLists(ensemble, asked);
  const inputs: InputConditions[] = [];
  for (let input = 0; 2 * input < lists.length; input++) {
    const [no, yes] = [distinct(lists[2 * input]), distinct(lists[2 * input + 1])];
    if (no.length + yes.length === 0) continue;
    inputs.push({ input, thresholds: union(no, yes, ensemble.precision), lists: [list(no), list(yes)] });
  }
  return { inputs, listed: Math.ceil(listed / 4) * 4 };
}

/** What nodes compare with: for each input those where a missing value says no, then those where it says yes. */
function thresholdLists(ensemble: TreeEnsemble, asked: Uint8Array): FloatArray[] {
  const { nodes, precision } = ensemble;
  const compares = (node: number) => asked[node] === 1 && nodes.set[node] < 0;
  const listOf = (node: number) => 2 * nodes.feature[node] + nodes.missing[node];
  const sizes = new Int32Array(2 * (nodes.feature.reduce((most, input) => Math.max(most, input), -1) + 1));
  for (let node = 0; node < nodes.count; node++)
    if (compares(node)) sizes[listOf(node)] += hasBelow(ensemble, node) ? 2 : 1;
  const lists = Array.from(sizes, (size) => floatsOf(precision, size));
  for (let node = 0; node < nodes.count; node++) {
    if (!compares(node)) continue;
    const list = lists[listOf(node)];
    list[--sizes[listOf(node)]] = keyOf(nodes.threshold[node]);
    if (hasBelow(ensemble, node)) list[--sizes[listOf(node)]] = below(nodes.threshold[node], precision);
  }
  return lists;
}

/** The numbers ascending, each once; the array is sorted in place. */
function distinct(values: FloatArray): FloatArray {
  values.sort();
  let count = 0;
  for (const value of values) if (count === 0 || value !== values[count - 1]) values[count++] = value;
  return values.slice(0, count);
}

function union(a: FloatArray, b: FloatArray, precision: TreePrecision): FloatArray {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const both = floatsOf(precision, a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return distinct(both);
}

function answerPlaces(
  { nodes, precision }: TreeEnsemble,
  asked: Uint8Array,
  inputs: readonly InputConditions[],
  listed: number,
): Pick<Conditions, 'equalities' | 'ofNode'> {
  const ofInput = new Map(inputs.map((conditions) => [conditions.input, conditions]));
  const equalities: { at: number; below: number }[] = [];
  const known = new Map<number, number>();
  const ofNode = new Int32Array(nodes.count);
  for (let node = 0; node < nodes.count; node++) {
    const list = ofInput.get(nodes.feature[node])?.lists[nodes.missing[node]];
    if (list === undefined || asked[node] === 0 || nodes.set[node] >= 0) continue;
    const threshold = nodes.threshold[node];
    const at = placeIn(list, threshold);
    ofNode[node] = at;
    if (nodes.equal[node] === 0) continue;
    const lower = threshold === Number.NEGATIVE_INFINITY ? -1 : placeIn(list, below(threshold, precision));
    const place = known.get(at) ?? listed + equalities.push({ at, below: lower }) - 1;
    known.set(at, place);
    ofNode[node] = place;
  }
  return { equalities, ofNode };
}

/** The place of a threshold that the list has. */
function placeIn({ thresholds, start }: ConditionList, threshold: number): number {
  let low = 0;
  let high = thresholds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (thresholds[middle] < threshold) low = middle + 1;
    else high = middle;
  }
  return start + low;
}
