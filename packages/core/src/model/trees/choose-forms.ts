import { type Conditions, collectConditions } from './conditions.ts';
import { rankBits } from './places-layout.ts';
import { canReach, type SliceDepths, sliceDepths } from './slice-depths.ts';
import type { TreeParts } from './tree-parts.ts';

/**
 * How trees are laid out for one row, and for columns. `places`: a row walks the tables of the slices, in which every
 * tree is a list of nodes.
 */
export interface TreeForms {
  readonly row: 'heap' | 'linked' | 'places';
  readonly columns: 'sliced' | 'linked';
}

/** Forms, and the slices that columns of them are made of; null where rows walk. */
export interface ChosenForms {
  readonly forms: TreeForms;
  readonly sliced: SlicedTrees | null;
}

/** How an ensemble is cut, and the questions of what is sliced. */
export interface SlicedTrees {
  readonly cut: SliceDepths;
  readonly conditions: Conditions;
}

/** The forms that cost a row the least by the counts of what each does. */
export function chooseForms(parts: TreeParts): ChosenForms {
  const shape = shapeOf(parts);
  const heap = prefersHeap(shape);
  if (!heap && prefersPlaces(shape, parts)) {
    const sliced = planSlices(parts, true);
    const fits = sliced.conditions.places < 1 << (31 - rankBits(parts, sliced.conditions));
    if (fits && prefersSlices(shape, parts, sliced)) return { forms: { row: 'places', columns: 'sliced' }, sliced };
  }
  const row = heap ? 'heap' : 'linked';
  const sliced = planSlices(parts, false);
  if (prefersSlices(shape, parts, sliced)) return { forms: { row, columns: 'sliced' }, sliced };
  return { forms: { row, columns: 'linked' }, sliced: null };
}

export function planSlices(parts: TreeParts, allReach: boolean): SlicedTrees {
  const cut = sliceDepths(parts, allReach);
  return { cut, conditions: collectConditions(parts.ensemble, cut.asked, parts.categories) };
}

interface Shape {
  readonly depths: Int32Array;
  readonly depthMax: number;
  readonly nodes: number;
  /** Steps that a row takes through all trees, were all leaves of a tree reached alike. */
  readonly steps: number;
}

function shapeOf({ ensemble, depths, depthMax }: TreeParts): Shape {
  const { count, yes, no } = ensemble.nodes;
  // Mean depth of a binary tree's leaves is at least log2 of their number; the mean of that and the depth serves.
  const reached = new Uint8Array(ensemble.leaves.length / ensemble.targets);
  for (let node = 0; node < count; node++) {
    if (yes[node] < 0) reached[~yes[node]] = 1;
    if (no[node] < 0) reached[~no[node]] = 1;
  }
  const leaves = reached.reduce((sum, one) => sum + one, 0);
  const perTree = Math.max(1, leaves / ensemble.roots.length);
  const steps = depths.reduce((sum, depth) => sum + (depth + Math.min(depth, Math.log2(perTree))) / 2, 0);
  return { depths, depthMax, nodes: count, steps };
}

// Nanoseconds as measured for each form on one machine: only their ratios decide.
const heapStepNs = 0.9;
const linkedStepNs = 2;
const rankNs = 4;
const conditionNs = 0.015;
const membershipWordNs = 12;
const choiceNs = 0.015;
const reachNs = 0.1;
const slicedTreeNs = 0.6;
/** Eight rows walk on until the last has arrived: by so many steps more than a mean row needs. */
const lastWalkerSteps = 3;
/** Nodes from which on records no longer stay near the processor. */
const placesNodesMin = 4096;

/** Padding must not blow the tables up, nor make the way through them longer than the pointers that it saves. */
function prefersHeap(shape: Shape): boolean {
  if (shape.depthMax > 10) return false;
  const padded = shape.depths.length << shape.depthMax;
  const affordable = padded <= Math.max(1 << 16, 4 * shape.nodes);
  return affordable && shape.depths.length * shape.depthMax * heapStepNs <= shape.steps * linkedStepNs * 1.5;
}

/** Records of many nodes are too large for the processor's caches; ranks cost a row some time first. */
function prefersPlaces(shape: Shape, parts: TreeParts): boolean {
  const { nodes } = parts.ensemble;
  if (nodes.count < placesNodesMin || nodes.equal.includes(1) || !canReach(parts)) return false;
  const inputs = parts.slots.slots.length;
  return inputs * 2 * rankNs <= shape.steps * linkedStepNs * 0.2;
}

function prefersSlices(shape: Shape, parts: TreeParts, { cut, conditions }: SlicedTrees): boolean {
  const { inputs, listed, equalities } = conditions;
  let ns = inputs.length * rankNs + (listed + equalities.length) * conditionNs;
  for (const { words } of parts.categories?.tables ?? []) ns += words * membershipWordNs;
  const mean = shape.steps / cut.cuts.length;
  for (const { kind, depth } of cut.cuts) {
    ns += slicedTreeNs + (kind === 'reach' ? reachNs : choiceNs) * (1 << depth);
    if (kind === 'top') ns += linkedStepNs * (lastWalkerSteps + Math.max(0, mean - depth));
  }
  return ns <= linkedStepNs * (shape.steps + lastWalkerSteps * cut.cuts.length);
}
