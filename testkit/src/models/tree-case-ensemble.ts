import type { AttributeValue } from './parts.ts';
import { type CaseNode, caseAggregates, caseModes, caseTransforms, type TreeCase, weightOf } from './tree-case.ts';

interface Row {
  readonly mode: number;
  readonly feature: number;
  readonly threshold: number;
  readonly missing: boolean;
  readonly members: readonly number[];
  yes: Child;
  no: Child;
}

interface Child {
  readonly leaf: boolean;
  readonly at: number;
}

/** The attributes of TreeEnsemble: nodes and leaves in lists of their own, sets of categories one after the other. */
export function ensembleAttributes(given: TreeCase): Record<string, AttributeValue> {
  const { rows, roots, leaves } = listsOf(given);
  const floats = (values: readonly number[]): AttributeValue => {
    const data = given.input === 'float64' ? Float64Array.from(values) : Float32Array.from(values);
    return { tensor: { name: '', type: given.input, dims: [data.length], data } };
  };
  const ints = (pick: (row: Row) => number): AttributeValue => ({ ints: rows.map(pick) });
  const modes = Uint8Array.from(rows, (row) => row.mode);
  const sets = rows.flatMap(({ mode, members }) => (mode === memberMode ? [...members, Number.NaN] : []));
  return {
    n_targets: { int: given.count },
    aggregate_function: { int: caseAggregates.indexOf(given.aggregate) },
    post_transform: { int: caseTransforms.indexOf(given.transform) },
    tree_roots: { ints: roots },
    nodes_modes: { tensor: { name: '', type: 'uint8', dims: [modes.length], data: modes } },
    nodes_featureids: ints((row) => row.feature),
    nodes_splits: floats(rows.map((row) => row.threshold)),
    nodes_truenodeids: ints((row) => row.yes.at),
    nodes_trueleafs: ints((row) => (row.yes.leaf ? 1 : 0)),
    nodes_falsenodeids: ints((row) => row.no.at),
    nodes_falseleafs: ints((row) => (row.no.leaf ? 1 : 0)),
    leaf_targetids: { ints: leaves.map((leaf) => leaf.target) },
    leaf_weights: floats(leaves.map((leaf) => leaf.weight)),
    ...(sets.length === 0 ? {} : { membership_values: floats(sets) }),
    ...(given.tracks ? { nodes_missing_value_tracks_true: ints((row) => (row.missing ? 1 : 0)) } : {}),
  };
}

const memberMode = caseModes.indexOf('BRANCH_MEMBER');

interface Lists {
  readonly rows: Row[];
  readonly roots: number[];
  readonly leaves: { target: number; weight: number }[];
}

function listsOf(given: TreeCase): Lists {
  const lists: Lists = { rows: [], roots: [], leaves: [] };
  for (const { root, target } of given.trees) lists.roots.push(rootOf(given, lists, root, target));
  return lists;
}

function rootOf(given: TreeCase, lists: Lists, root: CaseNode, target: number): number {
  const top = grow(given, lists, root, target);
  if (!top.leaf) return top.at;
  // A tree of one leaf is a node both of whose children it is.
  const row = { mode: 0, feature: 0, threshold: 0, missing: false, members: [], yes: top, no: top };
  return lists.rows.push(row) - 1;
}

function grow(given: TreeCase, lists: Lists, at: CaseNode, treeTarget: number): Child {
  if (at.kind === 'leaf') {
    const target = targetOf(given, treeTarget, at.chosen);
    return { leaf: true, at: lists.leaves.push({ target, weight: weightOf(given, at, target) }) - 1 };
  }
  // Parents stand before or behind their children, as the node has it.
  const { asks } = at;
  const early = asks.feature % 2 === 0;
  const open: Child = { leaf: true, at: 0 };
  const row = { threshold: 0, members: [], ...asks, mode: caseModes.indexOf(asks.mode), yes: open, no: open };
  const place = early ? lists.rows.push(row) - 1 : -1;
  row.yes = grow(given, lists, at.yes, treeTarget);
  // No engine lets two ways lead to one node here, but to one leaf they may.
  row.no = at.no === null && row.yes.leaf ? row.yes : grow(given, lists, at.no ?? at.yes, treeTarget);
  return { leaf: false, at: early ? place : lists.rows.push(row) - 1 };
}

/** A leaf votes once. */
function targetOf({ votes, count }: TreeCase, ofTree: number, chosen: number): number {
  if (votes === 'first') return 0;
  if (votes === 'last') return count - 1;
  return (votes === 'byTree' ? ofTree : chosen) % count;
}
