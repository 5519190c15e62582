import { floatsOf, type TreePrecision } from '../ir/tree-ensemble.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { BranchList } from './branch-list.ts';
import { corrupt, refuse } from './refusal.ts';
import type { ParsedTrees } from './tree-nodes.ts';
import { type BranchContext, type BranchMode, checkFeature, type Question, questionOf } from './tree-questions.ts';
import { TreeSets } from './tree-sets.ts';
import { memberMode, type TreeEnsembleEntries } from './tree-v5-attributes.ts';
import { walkTrees } from './tree-v5-walk.ts';
import { sortedVotes, type Votes } from './tree-votes.ts';

/** By the number that TreeEnsemble gives them. */
const modes: readonly BranchMode[] = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ'];

/** The trees of a TreeEnsemble over `columns` inputs in canonical form, and what their leaves vote for. */
export function parseTreeEnsemble(
  node: OnnxNode,
  entries: TreeEnsembleEntries,
  columns: number,
  targets: number,
  precision: TreePrecision,
): { readonly trees: ParsedTrees; readonly votes: Votes } {
  const walk = walkTrees(node, entries);
  const sets = new TreeSets(node);
  const context = { node, columns, precision };
  const list = new BranchList(walk.nodes.length, precision);
  walk.nodes.forEach((at, place) => {
    list.add(questionAt(context, entries, sets, at), walk.whenTrue[place], walk.whenFalse[place]);
  });
  sets.check();
  const { nodes, first } = list.canonicalNodes();
  const roots = walk.roots.map((root) => (root < 0 ? root : first[root]));
  const nodeStart = walk.nodeStart.map((branch) => first[branch]);
  const trees = { precision, nodes, sets: sets.list, roots, nodeStart, leafStart: walk.leafStart };
  return { trees, votes: votesOf(context, entries, walk.leaves, targets) };
}

function questionAt(context: BranchContext, entries: TreeEnsembleEntries, sets: TreeSets, at: number): Question {
  const { node } = context;
  const place = () => `node ${at}`;
  const feature = entries.features[at];
  const tracksTrue = entries.missingTrue !== null && entries.missingTrue[at] === 1;
  if (entries.modes[at] !== memberMode) {
    const mode = modes[entries.modes[at]];
    if (mode === undefined) throw corrupt(node, `${place()} is of mode ${entries.modes[at]}`);
    return questionOf(context, { mode, feature, value: entries.values[at], tracksTrue }, place);
  }
  checkFeature(context, feature, place);
  const members = entries.members[at];
  if (members.length === 0) throw corrupt(node, `${place()} asks for a member of an empty set`);
  const set = sets.numberOf(feature, members, tracksTrue);
  return { feature, threshold: 0, equal: false, set, missing: tracksTrue, swapped: false };
}

/** Every leaf votes once. */
function votesOf(
  { node, precision }: BranchContext,
  entries: TreeEnsembleEntries,
  leaves: readonly number[],
  targets: number,
): Votes {
  const { leafTargets, leafWeights } = entries;
  const wrong = leafTargets.find((target) => target < 0 || target >= targets);
  if (wrong !== undefined) throw corrupt(node, `a leaf votes for number ${wrong} of ${targets}`);
  if (leafWeights.some(Number.isNaN)) throw refuse(node, 'a leaf has the weight NaN');
  const targetIds = leaves.map((leaf) => leafTargets[leaf]);
  const weights = floatsOf(
    precision,
    leaves.map((leaf) => leafWeights[leaf]),
  );
  const leafOfVote = Int32Array.from(leaves, (_, place) => place);
  return sortedVotes(leaves.length, leafOfVote, targetIds, weights);
}
