import { emptyTreeNodes, type TreeNodes, type TreePrecision } from '../ir/tree-ensemble.ts';
import type { Question } from './tree-questions.ts';

/** Branches in some order, each with where its answers true and false lead: the number of a branch, or `~leaf`. */
export interface Branches {
  readonly questions: readonly Question[];
  readonly whenTrue: Int32Array;
  readonly whenFalse: Int32Array;
}

/** The canonical nodes of branches. Branch k becomes node `first[k]`; behind them stands the number of nodes. */
export function canonicalNodes(
  { questions, whenTrue, whenFalse }: Branches,
  precision: TreePrecision,
): { readonly nodes: TreeNodes; readonly first: Int32Array } {
  const first = new Int32Array(questions.length + 1);
  questions.forEach((question, at) => {
    first[at + 1] = first[at] + (takesTwo(question) ? 2 : 1);
  });
  const nodes = emptyTreeNodes(first[questions.length], precision);
  const moved = (child: number) => (child < 0 ? child : first[child]);
  questions.forEach((question, at) => {
    write(nodes, first[at], question, moved(whenTrue[at]), moved(whenFalse[at]));
  });
  return { nodes, first };
}

/** `x == t` where a missing value says yes is two questions. */
function takesTwo({ equal, missing }: Question): boolean {
  return equal && missing;
}

function write(nodes: TreeNodes, at: number, question: Question, whenTrue: number, whenFalse: number): void {
  const yes = question.swapped ? whenFalse : whenTrue;
  const no = question.swapped ? whenTrue : whenFalse;
  if (!takesTwo(question)) {
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
  nodes.set[at] = question.set;
  nodes.missing[at] = question.missing ? 1 : 0;
  nodes.yes[at] = yes;
  nodes.no[at] = no;
}
