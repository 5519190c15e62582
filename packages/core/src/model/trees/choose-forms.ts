import { type TreeEnsemble, treeDepths } from '../ir/tree-ensemble.ts';
import { collectConditions } from './conditions.ts';
import { sliceDepths } from './slice-depths.ts';

/** How trees are laid out for one row, and for columns. */
export interface TreeForms {
  readonly row: 'heap' | 'linked';
  readonly columns: 'sliced' | 'linked';
}

/** The forms that cost a row the least by the counts of what each does. */
export function chooseForms(ensemble: TreeEnsemble): TreeForms {
  const shape = shapeOf(ensemble);
  return {
    row: prefersHeap(shape) ? 'heap' : 'linked',
    columns: prefersSlices(shape, ensemble) ? 'sliced' : 'linked',
  };
}

interface Shape {
  readonly depths: Int32Array;
  readonly depthMax: number;
  readonly nodes: number;
  /** Steps that a row takes through all trees, were all leaves of a tree reached alike. */
  readonly steps: number;
}

function shapeOf(ensemble: TreeEnsemble): Shape {
  const depths = treeDepths(ensemble);
  const { count, yes, no } = ensemble.nodes;
  // Mean depth of a binary tree's leaves is at least log2 of their number; the mean of that and the depth serves.
  const leaves = new Map<number, number>();
  for (let node = 0; node < count; node++)
    for (const child of [yes[node], no[node]]) if (child < 0) leaves.set(~child, 1);
  const perTree = Math.max(1, leaves.size / ensemble.roots.length);
  const steps = depths.reduce((sum, depth) => sum + (depth + Math.min(depth, Math.log2(perTree))) / 2, 0);
  return { depths, depthMax: Math.max(...depths), nodes: count, steps };
}

// Nanoseconds as measured for each form on one machine: only their ratios decide.
const heapStepNs = 0.9;
const linkedStepNs = 2;
const rankNs = 4;
const conditionNs = 0.015;
const choiceNs = 0.015;
const slicedTreeNs = 0.6;

/** Padding must not blow the tables up, nor make the way through them longer than the pointers that it saves. */
function prefersHeap(shape: Shape): boolean {
  if (shape.depthMax > 10) return false;
  const padded = shape.depths.length << shape.depthMax;
  const affordable = padded <= Math.max(1 << 16, 4 * shape.nodes);
  return affordable && shape.depths.length * shape.depthMax * heapStepNs <= shape.steps * linkedStepNs * 1.5;
}

function prefersSlices(shape: Shape, ensemble: TreeEnsemble): boolean {
  const { depths, goesOn, asked } = sliceDepths(ensemble);
  const { inputs, listed, equalities } = collectConditions(ensemble, asked);
  let ns = inputs.length * rankNs + (listed + equalities.length) * conditionNs;
  depths.forEach((depth, tree) => {
    ns += choiceNs * (1 << depth) + slicedTreeNs;
    // Eight rows walk on until the last has arrived: somewhat more than a mean row needs.
    if (goesOn[tree]) ns += linkedStepNs * (2 + Math.max(0, shape.steps / depths.length - depth));
  });
  return ns <= shape.steps * linkedStepNs;
}
