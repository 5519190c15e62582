import type { TreeEnsemble } from '../ir/tree-ensemble.ts';
import { chooseForms, type TreeForms } from './choose-forms.ts';
import { blockRows, type Emitted, type EmittedTrees } from './emitted-trees.ts';
import { emitHeapRow } from './heap.ts';
import { emitLinked } from './linked.ts';
import { sliceDepths } from './slice-depths.ts';
import { emitSlices } from './slices.ts';
import { assignSlots, type Slot } from './slots.ts';

/** Up to here, rows one by one are faster than a block. */
const handful = 12;

/** Emits an ensemble in the forms in which it runs fastest, or in those that are given. */
export function emitTrees(
  name: string,
  ensemble: TreeEnsemble,
  forms: TreeForms = chooseForms(ensemble),
): EmittedTrees {
  const slots = assignSlots(ensemble);
  const heap = forms.row === 'heap';
  const sliced = forms.columns === 'sliced';
  const parts: Emitted[] = [];
  const goesOn = sliced && sliceDepths(ensemble).goesOn.includes(true);
  const linked = heap && sliced && !goesOn ? null : emitLinked(`${name}l`, ensemble, slots);
  if (linked !== null) parts.push(linked.shared);
  parts.push(heap ? emitHeapRow(`${name}h`, ensemble, slots) : { source: linked?.row ?? '', tables: {} });
  const below = goesOn && linked !== null ? { linked, placeOf: (input: number) => slotOf(slots.slots, input) } : null;
  const slices = sliced ? emitSlices(`${name}s`, ensemble, below) : null;
  parts.push(slices ?? { source: linked?.block ?? '', tables: {} });
  // Whole slices send missing values their way by themselves, so they read inputs; all else reads slots.
  const blockSlots =
    slices === null || goesOn ? slots.slots : slices.inputs.map((input) => ({ input, missing: false }));
  const row = `${name}${heap ? 'h' : 'l'}Row`;
  const block = `${name}${sliced ? 's' : 'l'}Block`;
  return {
    source:
      parts.map((part) => part.source).join('') +
      columnsSource(name, row, block, slots.slots, blockSlots, ensemble.targets),
    tables: Object.assign({}, ...parts.map((part) => part.tables)),
    slots: slots.slots,
    blockSlots,
    forms,
  };
}

/** Where an input stands with its NaN, if some node reads it so. */
function slotOf(slots: readonly Slot[], input: number): number {
  const plain = slots.findIndex((slot) => slot.input === input && !slot.missing);
  return plain >= 0 ? plain : slots.findIndex((slot) => slot.input === input);
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
