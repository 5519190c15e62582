import type { TreesStep } from '../ir/program.ts';
import { type TreeEnsemble, treeDepths } from '../ir/tree-ensemble.ts';
import { collectConditions } from './conditions.ts';
import { blockRows, type Emitted, type EmittedTrees } from './emitted-trees.ts';
import { emitHeapRow } from './heap.ts';
import { emitLinked } from './linked.ts';
import { emitSlices, slicedDepthMax } from './slices.ts';
import { assignSlots, type Slot } from './slots.ts';

/** Up to here, rows one by one are faster than a block. */
const handful = 12;

/** Chooses the forms in which an ensemble runs fastest, for a row and for columns, and emits both. */
export function emitTrees(name: string, step: TreesStep): EmittedTrees {
  const { ensemble } = step;
  const slots = assignSlots(ensemble);
  const shape = shapeOf(ensemble);
  const heap = prefersHeap(shape);
  const sliced = prefersSlices(shape, ensemble);
  const parts: Emitted[] = [];
  const linked = heap && sliced ? null : emitLinked(`${name}l`, ensemble, slots);
  if (linked !== null) parts.push(linked.shared);
  parts.push(heap ? emitHeapRow(`${name}h`, ensemble, slots) : { source: linked?.row ?? '', tables: {} });
  const slices = sliced ? emitSlices(`${name}s`, ensemble) : null;
  parts.push(slices ?? { source: linked?.block ?? '', tables: {} });
  // Slices send missing values their way by themselves, so they read inputs; all else reads slots.
  const blockSlots = slices?.inputs.map((input) => ({ input, missing: false })) ?? slots.slots;
  const row = `${name}${heap ? 'h' : 'l'}Row`;
  const block = `${name}${sliced ? 's' : 'l'}Block`;
  return {
    source:
      parts.map((part) => part.source).join('') +
      columnsSource(name, row, block, slots.slots, blockSlots, ensemble.targets),
    tables: Object.assign({}, ...parts.map((part) => part.tables)),
    slots: slots.slots,
    blockSlots,
    form: `${heap ? 'heap' : 'linked'} rows, ${sliced ? 'sliced' : 'linked'} columns`,
  };
}

/** Names the row function, and takes a handful of rows one by one: a block costs as much as many. */
function columnsSource(
  name: string,
  row: string,
  block: string,
  slots: readonly Slot[],
  blockSlots: readonly Slot[],
  targets: number,
): string {
  const lines = slots.map((slot, index) => {
    const own = blockSlots.findIndex((other) => other.input === slot.input && other.missing === slot.missing);
    const from = own >= 0 ? own : blockSlots.findIndex((other) => other.input === slot.input);
    const value = `X[${from * blockRows} + i]`;
    return `${name}x[${index}] = ${own < 0 && slot.missing ? `${value} === ${value} ? ${value} : -Infinity` : value};`;
  });
  return `
const ${name}Row = ${row};
const ${name}x = new Float32Array(${Math.max(1, slots.length)}), ${name}s = new Float32Array(${targets});
function ${name}Columns(X, m, S) {
  if (m > ${handful}) return ${block}(X, m, S);
  for (let i = 0; i < m; i++) {
    ${lines.join('\n    ')}
    ${row}(${name}x, ${name}s);
    for (let c = 0; c < ${targets}; c++) S[c * ${blockRows} + i] = ${name}s[c];
  }
}`;
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
  if (shape.depthMax > slicedDepthMax) return false;
  const { inputs, listed, equalities } = collectConditions(ensemble);
  const choices = shape.depths.reduce((sum, depth) => sum + (choiceNs * (1 << depth) + slicedTreeNs), 0);
  const sliced = inputs.length * rankNs + (listed + equalities.length) * conditionNs + choices;
  return sliced <= shape.steps * linkedStepNs;
}
