import { emptyTreeNodes, type TreeNodes } from '../ir/tree-ensemble.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { corrupt, refuse } from './refusal.ts';
import { type NodeEntries, readNodeEntries } from './tree-entries.ts';
import { type Question, questionOf } from './tree-questions.ts';

/** The nodes of all trees in canonical form. Tree t has the nodes and leaves from its start up to the next one's. */
export interface ParsedTrees {
  readonly nodes: TreeNodes;
  /** Coded as a child: below 0 the tree is the leaf `~root`. */
  readonly roots: Int32Array;
  readonly nodeStart: Int32Array;
  readonly leafStart: Int32Array;
  /** The number of the leaf that `node` of `tree` is; -1 for a branch, undefined for what isn't there. */
  leafOf(tree: number, node: number): number | undefined;
}

/**
 * Reads the nodes_* attributes of a tree operator over `columns` inputs. Refuses what ONNX Runtime has its own reading
 * of; raises ARTIFACT_CORRUPT for trees that can't be walked: missing children, cycles, features beyond the input.
 */
export function parseTrees(node: OnnxNode, columns: number): ParsedTrees {
  const entries = readNodeEntries(node);
  const index = indexById(node, entries);
  const { starts, leafStart, leafNumber } = numberLeaves(node, entries);
  const questions = entries.modes.map((_, at) => questionOf(node, entries, at, columns));
  const first = numberNodes(questions);
  const reference = (at: number) => (leafNumber[at] >= 0 ? ~leafNumber[at] : first[at]);
  const child = (at: number, id: number): number => {
    const entry = index.get(entries.trees[at])?.get(id);
    if (entry !== undefined) return reference(entry);
    throw corrupt(node, `node ${entries.ids[at]} of tree ${entries.trees[at]} has a child ${id} that is not there`);
  };
  const nodes = emptyTreeNodes(first[questions.length]);
  questions.forEach((question, at) => {
    if (question !== null)
      write(nodes, first[at], question, child(at, entries.whenTrue[at]), child(at, entries.whenFalse[at]));
  });
  const roots = Int32Array.from(starts, reference);
  refuseCycles(node, nodes, roots);
  const nodeStart = Int32Array.from([...starts, questions.length], (at) => first[at]);
  return { nodes, roots, nodeStart, leafStart, leafOf: (tree, id) => leafAt(index.get(tree)?.get(id), leafNumber) };
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

/** The canonical number of each branch; behind them, the count. `x == t` with a missing value that says yes takes two. */
function numberNodes(questions: readonly (Question | null)[]): Int32Array {
  const first = new Int32Array(questions.length + 1);
  questions.forEach((question, at) => {
    const size = question === null ? 0 : question.equal && question.missing ? 2 : 1;
    first[at + 1] = first[at] + size;
  });
  return first;
}

function write(nodes: TreeNodes, at: number, question: Question, whenTrue: number, whenFalse: number): void {
  const yes = question.swapped ? whenFalse : whenTrue;
  const no = question.swapped ? whenTrue : whenFalse;
  if (!question.equal || !question.missing) {
    set(nodes, at, question, yes, no);
    return;
  }
  // Only a missing value answers no to `x <= Infinity`; all others go on to the question of equality.
  set(nodes, at, { ...question, equal: false, missing: false, threshold: Number.POSITIVE_INFINITY }, at + 1, yes);
  set(nodes, at + 1, { ...question, missing: false }, yes, no);
}

function set(nodes: TreeNodes, at: number, question: Question, yes: number, no: number): void {
  nodes.feature[at] = question.feature;
  nodes.threshold[at] = question.threshold;
  nodes.equal[at] = question.equal ? 1 : 0;
  nodes.missing[at] = question.missing ? 1 : 0;
  nodes.yes[at] = yes;
  nodes.no[at] = no;
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
