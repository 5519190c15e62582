import type { CategorySet, TreeNodes, TreePrecision } from '../ir/tree-ensemble.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { corrupt, refuse } from './refusal.ts';
import { canonicalNodes } from './tree-builder.ts';
import { type NodeEntries, readNodeEntries } from './tree-entries.ts';
import { type Question, questionOf } from './tree-questions.ts';

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
  const index = indexById(node, entries);
  const { starts, leafStart, leafNumber } = numberLeaves(node, entries);
  const branches: number[] = [];
  const branchNumber = new Int32Array(entries.trees.length + 1);
  leafNumber.forEach((leaf, at) => {
    branchNumber[at] = branches.length;
    if (leaf < 0) branches.push(at);
  });
  branchNumber[entries.trees.length] = branches.length;
  const reference = (at: number) => (leafNumber[at] >= 0 ? ~leafNumber[at] : branchNumber[at]);
  const child = (at: number, id: number): number => {
    const entry = index.get(entries.trees[at])?.get(id);
    if (entry !== undefined) return reference(entry);
    throw corrupt(node, `${nameOf(entries, at)} has a child ${id} that is not there`);
  };
  const context = { node, columns, precision };
  const questions = branches.map((at): Question => {
    const mode = entries.modes[at];
    if (mode === 'LEAF') throw corrupt(node, 'a leaf was taken for a branch');
    const tracksTrue = entries.missingTrue !== null && entries.missingTrue[at] === 1;
    const branch = { mode, feature: entries.features[at], value: entries.values[at], tracksTrue };
    return questionOf(context, branch, () => nameOf(entries, at));
  });
  const whenTrue = Int32Array.from(branches, (at) => child(at, entries.whenTrue[at]));
  const whenFalse = Int32Array.from(branches, (at) => child(at, entries.whenFalse[at]));
  const { nodes, first } = canonicalNodes({ questions, whenTrue, whenFalse }, precision);
  const roots = Int32Array.from(starts, (at) => (leafNumber[at] >= 0 ? ~leafNumber[at] : first[branchNumber[at]]));
  refuseCycles(node, nodes, roots);
  const nodeStart = Int32Array.from([...starts, entries.trees.length], (at) => first[branchNumber[at]]);
  const leafOf = (tree: number, id: number) => leafAt(index.get(tree)?.get(id), leafNumber);
  return { precision, nodes, sets: [], roots, nodeStart, leafStart, leafOf };
}

function nameOf(entries: NodeEntries, at: number): string {
  return `node ${entries.ids[at]} of tree ${entries.trees[at]}`;
}

function leafAt(entry: number | undefined, leafNumber: Int32Array): number | undefined {
  return entry === undefined ? undefined : leafNumber[entry];
}

function indexById(node: OnnxNode, entries: NodeEntries): Map<number, Map<number, number>> {
  const index = new Map<number, Map<number, number>>();
  entries.trees.forEach((tree, at) => {
    const ids = index.get(tree) ?? new Map<number, number>();
    index.set(tree, ids);
    if (ids.has(entries.ids[at])) throw corrupt(node, `tree ${tree} has two nodes ${entries.ids[at]}`);
    ids.set(entries.ids[at], at);
  });
  return index;
}

/** A tree is a run of entries with one tree id, and its root is the first of them. */
function numberLeaves(
  node: OnnxNode,
  entries: NodeEntries,
): { starts: number[]; leafStart: Int32Array; leafNumber: Int32Array } {
  const starts: number[] = [];
  const leafStart: number[] = [];
  const leafNumber = new Int32Array(entries.trees.length).fill(-1);
  const seen = new Set<number>();
  let leaves = 0;
  entries.trees.forEach((tree, at) => {
    if (at === 0 || tree !== entries.trees[at - 1]) {
      if (seen.has(tree)) throw refuse(node, `the nodes of tree ${tree} do not stand together`);
      seen.add(tree);
      starts.push(at);
      leafStart.push(leaves);
    }
    if (entries.modes[at] === 'LEAF') leafNumber[at] = leaves++;
  });
  return { starts, leafStart: Int32Array.from([...leafStart, leaves]), leafNumber };
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
