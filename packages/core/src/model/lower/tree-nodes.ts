import type { CategorySet, TreeNodes, TreePrecision } from '../ir/tree-ensemble.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { BranchList } from './branch-list.ts';
import { corrupt, refuse } from './refusal.ts';
import { type NodeEntries, readNodeEntries } from './tree-entries.ts';
import { type BranchContext, type Question, questionOf } from './tree-questions.ts';
import { TreeRuns } from './tree-runs.ts';

/** The nodes of all trees in canonical form. Tree t has the nodes and leaves from its start up to the next one's. */
export interface ParsedTrees {
  readonly precision: TreePrecision;
  readonly nodes: TreeNodes;
  readonly sets: readonly CategorySet[];
  /** Coded as a child: below 0 the tree is the leaf `~root`. */
  readonly roots: Int32Array;
  readonly nodeStart: Int32Array;
  readonly leafStart: Int32Array;
}

/** The trees of the older operators, whose leaves get their votes by tree and node. */
export interface NumberedTrees extends ParsedTrees {
  /** The number of the leaf that `node` of `tree` is; -1 for a branch, undefined for what isn't there. */
  leafOf(tree: number, node: number): number | undefined;
}

/**
 * Reads the nodes_* attributes of a tree operator over `columns` inputs. Refuses what ONNX Runtime has its own reading
 * of; raises ARTIFACT_CORRUPT for trees that can't be walked: missing children, cycles, features beyond the input.
 */
export function parseTrees(node: OnnxNode, columns: number, precision: TreePrecision): NumberedTrees {
  const entries = readNodeEntries(node, precision);
  const runs = new TreeRuns(node, entries);
  const { starts } = runs;
  const { leafStart, leafNumber, branches, branchNumber } = numberEntries(entries, starts);
  const reference = (at: number) => (leafNumber[at] >= 0 ? ~leafNumber[at] : branchNumber[at]);
  const child = (run: number, at: number, id: number): number => {
    const entry = runs.entryOf(run, id);
    if (entry >= 0 && id >= entries.trees.length)
      throw refuse(node, `${nameOf(entries, at)} has child ${id}, a number beyond the ${entries.trees.length} nodes`);
    if (entry >= 0) return reference(entry);
    throw corrupt(node, `${nameOf(entries, at)} has a child ${id} that is not there`);
  };
  const context = { node, columns, precision };
  const list = new BranchList(branches.length, precision);
  let run = 0;
  for (const at of branches) {
    while (at >= starts[run + 1]) run += 1;
    const question = questionAt(context, entries, at);
    list.add(question, child(run, at, entries.whenTrue[at]), child(run, at, entries.whenFalse[at]));
  }
  const { nodes, first } = list.canonicalNodes();
  const roots = Int32Array.from(starts.subarray(0, -1), (at) => {
    return leafNumber[at] >= 0 ? ~leafNumber[at] : first[branchNumber[at]];
  });
  refuseCycles(node, nodes, roots);
  const nodeStart = starts.map((at) => first[branchNumber[at]]);
  return {
    precision,
    nodes,
    sets: [],
    roots,
    nodeStart,
    leafStart,
    leafOf: (tree, id) => leafNumber[runs.find(tree, id)],
  };
}

function questionAt(context: BranchContext, entries: NodeEntries, at: number): Question {
  const mode = entries.modes[at];
  if (mode === 'LEAF') throw corrupt(context.node, 'a leaf was taken for a branch');
  // ONNX Runtime joins questions of equality one after the other to one, and loses the way of such a last one.
  if (mode === 'BRANCH_EQ' && entries.whenTrue[at] === entries.whenFalse[at])
    throw refuse(context.node, `${nameOf(entries, at)} asks for equality but both answers lead to one child`);
  const tracksTrue = entries.missingTrue !== null && entries.missingTrue[at] === 1;
  const branch = { mode, feature: entries.features[at], value: entries.values[at], tracksTrue };
  return questionOf(context, branch, () => nameOf(entries, at));
}

/** Numbers leaves and branches, each in the order of the entries. */
function numberEntries(
  { modes }: NodeEntries,
  starts: Int32Array,
): {
  leafStart: Int32Array;
  leafNumber: Int32Array;
  branches: Int32Array;
  branchNumber: Int32Array;
} {
  const leafNumber = new Int32Array(modes.length).fill(-1);
  const branchNumber = new Int32Array(modes.length + 1);
  const branches = new Int32Array(modes.length);
  let leaves = 0;
  let count = 0;
  modes.forEach((mode, at) => {
    branchNumber[at] = count;
    if (mode === 'LEAF') leafNumber[at] = leaves++;
    else branches[count++] = at;
  });
  branchNumber[modes.length] = count;
  // Entries before a tree are branches or leaves.
  const leafStart = starts.map((at) => at - branchNumber[at]);
  return { leafStart, leafNumber, branches: branches.subarray(0, count), branchNumber };
}

function nameOf(entries: NodeEntries, at: number): string {
  return `node ${entries.ids[at]} of tree ${entries.trees[at]}`;
}

/** Walks every tree once with an own stack, since a hostile tree may be deep. State 1 is being walked, 2 is done. */
function refuseCycles(node: OnnxNode, nodes: TreeNodes, roots: Int32Array): void {
  const state = new Uint8Array(nodes.count);
  for (const root of roots) {
    const stack = root < 0 ? [] : [root];
    while (stack.length > 0) {
      const at = stack[stack.length - 1];
      if (state[at] !== 0) {
        state[at] = 2;
        stack.pop();
        continue;
      }
      state[at] = 1;
      for (const child of [nodes.yes[at], nodes.no[at]]) {
        if (child < 0 || state[child] === 2) continue;
        if (state[child] === 1) throw corrupt(node, 'a tree leads back into itself');
        stack.push(child);
      }
    }
  }
}
