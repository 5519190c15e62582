import type { AttributeValue } from './parts.ts';
import { type CaseNode, type CaseQuestion, type CaseTree, numbersOf, type TreeCase } from './tree-case.ts';

/** A leaf with its place in the trees of TreeEnsembleClassifier and TreeEnsembleRegressor. */
export interface NumberedLeaf {
  readonly tree: number;
  readonly id: number;
  readonly target: number;
  readonly leaf: Extract<CaseNode, { kind: 'leaf' }>;
}

interface Row {
  readonly mode: string;
  readonly feature: number;
  readonly threshold: number;
  readonly missing: boolean;
  readonly leaf: NumberedLeaf['leaf'] | null;
  id: number;
  yes: number;
  no: number;
}

/** The nodes_* attributes of ai.onnx.ml 1 and 3, where a node has a number of its own within its tree. */
export function numberedAttributes(given: TreeCase): {
  readonly attributes: Record<string, AttributeValue>;
  readonly leaves: readonly NumberedLeaf[];
} {
  const trees = given.trees.map((tree, index) => ({ tree: 3 * index + 1, target: tree.target, rows: rowsOf(tree) }));
  const rows = trees.flatMap((tree) => tree.rows);
  const ints = (pick: (row: Row) => number) => ({ ints: rows.map(pick) });
  const attributes: Record<string, AttributeValue> = {
    nodes_treeids: { ints: trees.flatMap(({ tree, rows: own }) => own.map(() => tree)) },
    nodes_nodeids: ints((row) => row.id),
    nodes_featureids: ints((row) => row.feature),
    nodes_modes: { strings: rows.map((row) => row.mode) },
    nodes_truenodeids: ints((row) => row.yes),
    nodes_falsenodeids: ints((row) => row.no),
    ...numbersOf(
      given,
      'nodes_values',
      rows.map((row) => row.threshold),
    ),
    ...(given.tracks ? { nodes_missing_value_tracks_true: ints((row) => (row.missing ? 1 : 0)) } : {}),
  };
  const leaves = trees.flatMap(({ tree, target, rows: own }) =>
    own.flatMap(({ id, leaf }) => (leaf === null ? [] : [{ tree, id, target, leaf }])),
  );
  return { attributes, leaves };
}

function rowsOf({ root, turn }: CaseTree): Row[] {
  const rows: Row[] = [];
  grow(rows, root);
  for (const row of rows) {
    row.id = (row.id + turn) % rows.length;
    row.yes = (row.yes + turn) % rows.length;
    row.no = (row.no + turn) % rows.length;
  }
  return rows;
}

function grow(rows: Row[], at: CaseNode): number {
  const add = (row: Omit<Row, 'id' | 'yes' | 'no'>): Row => {
    const made = { ...row, id: rows.length, yes: 0, no: 0 };
    rows.push(made);
    return made;
  };
  if (at.kind === 'leaf') return add({ mode: 'LEAF', feature: 0, threshold: 0, missing: false, leaf: at }).id;
  // A question of membership is a chain of questions of equality that lead to one child.
  const { feature, missing } = at.asks;
  const chain = questionsOf(at.asks).map((question) => add({ ...question, feature, missing, leaf: null }));
  const yes = grow(rows, at.yes);
  // One child for both answers, but for a question of equality: with that ONNX Runtime has its own reading.
  const shares = at.no === null && chain.every((row) => row.mode !== 'BRANCH_EQ');
  const no = shares ? yes : grow(rows, at.no ?? at.yes);
  chain.forEach((row, index) => {
    row.yes = yes;
    row.no = chain[index + 1]?.id ?? no;
  });
  return chain[0]?.id ?? yes;
}

function questionsOf(asks: CaseQuestion): { readonly mode: string; readonly threshold: number }[] {
  if (asks.mode !== 'BRANCH_MEMBER') return [{ mode: asks.mode, threshold: asks.threshold }];
  return asks.members.map((member) => ({ mode: 'BRANCH_EQ', threshold: member }));
}
