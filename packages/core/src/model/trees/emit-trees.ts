import type { TreeEnsemble } from '../ir/tree-ensemble.ts';
import { emitCategories } from './categories.ts';
import { type ChosenForms, chooseForms, planSlices, type TreeForms } from './choose-forms.ts';
import type { Conditions } from './conditions.ts';
import { arrayType, blockRows, type Emitted, type EmittedTrees } from './emitted-trees.ts';
import { emitHeapRow } from './heap.ts';
import { emitLinked, type Linked } from './linked.ts';
import { emitSlices, type SlicePlan } from './slices.ts';
import type { Slot } from './slots.ts';
import { type TreeParts, takeApart } from './tree-parts.ts';

/** Up to here, rows one by one are faster than a block. */
const handful = 12;

/** Emits an ensemble in the forms in which it runs fastest, or in those that are given. */
export function emitTrees(name: string, ensemble: TreeEnsemble, given?: TreeForms): EmittedTrees {
  const parts = takeApart(name, ensemble);
  const { forms, sliced } = given === undefined ? chooseForms(parts) : asGiven(parts, given);
  const goesOn = sliced?.cut.goesOn === true;
  const needsLinked = forms.row === 'linked' || forms.columns === 'linked' || goesOn;
  const linked = needsLinked ? emitLinked(`${name}l`, parts) : null;
  const blockSlots = sliced !== null && !goesOn ? slotsOfSlices(parts, sliced.conditions) : parts.slots.slots;
  const rowSlots = forms.row === 'places' ? blockSlots : parts.slots.slots;
  const emitted: Emitted[] = [sharedPart(parts, rowSlots, blockSlots)];
  if (linked !== null) emitted.push(linked.shared, { source: forms.row === 'linked' ? linked.row : '', tables: {} });
  if (forms.row === 'heap') emitted.push(emitHeapRow(`${name}h`, parts));
  if (sliced !== null) {
    const plan = slicePlan(sliced.conditions, blockSlots, goesOn ? linked : null, forms.row === 'places');
    emitted.push(emitSlices(`${name}s`, parts, sliced.cut, plan));
  } else emitted.push({ source: linked?.block ?? '', tables: {} });
  const row = `${name}${{ heap: 'h', linked: 'l', places: 's' }[forms.row]}Row`;
  const block = `${name}${sliced === null ? 'l' : 's'}Block`;
  return {
    source: emitted.map((part) => part.source).join('') + columnsSource(parts, row, block, rowSlots, blockSlots),
    tables: Object.assign({}, ...emitted.map((part) => part.tables)),
    slots: rowSlots,
    blockSlots,
    forms,
    precision: ensemble.precision,
  };
}

function asGiven(parts: TreeParts, forms: TreeForms): ChosenForms {
  return { forms, sliced: forms.columns === 'sliced' ? planSlices(parts, forms.row === 'places') : null };
}

/** Whole slices send missing values their way by themselves, so they read each input once. */
function slotsOfSlices({ categories }: TreeParts, { inputs }: Conditions): Slot[] {
  return [
    ...inputs.map(({ input }): Slot => ({ input, form: 'plain' })),
    ...(categories?.tables ?? []).map(({ input }, table): Slot => ({ input, form: 'category', table })),
  ];
}

function slicePlan(conditions: Conditions, slots: readonly Slot[], linked: Linked | null, forRow: boolean): SlicePlan {
  return {
    conditions,
    linked,
    forRow,
    placeOf: (input) => slotOf(slots, input),
    placeOfCategory: (table) => slots.findIndex((slot) => slot.form === 'category' && slot.table === table),
  };
}

/** Where an input stands with its NaN, if some node reads it so. */
function slotOf(slots: readonly Slot[], input: number): number {
  const plain = slots.findIndex((slot) => slot.input === input && slot.form === 'plain');
  return plain >= 0 ? plain : slots.findIndex((slot) => slot.input === input && slot.form === 'missing');
}

/** What several forms read: weights of many targets, and categories with their arrays for one row and for a block. */
function sharedPart(
  { name, ensemble, categories, weights }: TreeParts,
  rowSlots: readonly Slot[],
  blockSlots: readonly Slot[],
): Emitted {
  const tables = ensemble.targets === 1 ? {} : { [`${name}W`]: weights };
  if (categories === null) return { source: '', tables };
  const emitted = emitCategories(name, categories);
  const places = `
const ${name}y = new Int32Array(${rowSlots.length}), ${name}Y = new Int32Array(${blockSlots.length * blockRows});`;
  return { source: emitted.source + places, tables: { ...tables, ...emitted.tables } };
}

/** Names the row function, and takes a handful of rows one by one: a block costs as much as many. */
function columnsSource(
  { name, ensemble }: TreeParts,
  row: string,
  block: string,
  rowSlots: readonly Slot[],
  blockSlots: readonly Slot[],
): string {
  const { targets, precision } = ensemble;
  const lines = rowSlots.map((slot, index) => handOver(name, slot, index, blockSlots));
  const array = arrayType(precision);
  return `
const ${name}Row = ${row};
const ${name}x = new ${array}(${Math.max(1, rowSlots.length)}), ${name}s = new ${array}(${targets});
function ${name}Columns(X, m, S) {
  if (m > ${handful}) return ${block}(X, m, S);
  for (let i = 0; i < m; i++) {
    ${lines.join('\n    ')}
    ${row}(${name}x, ${name}s);
    for (let c = 0; c < ${targets}; c++) S[c * ${blockRows} + i] = ${name}s[c];
  }
}`;
}

/** Copies one slot of row `i` out of a block, whose slots may be others. */
function handOver(name: string, slot: Slot, index: number, blockSlots: readonly Slot[]): string {
  if (slot.form === 'category') {
    const from = blockSlots.findIndex((other) => other.form === 'category' && other.table === slot.table);
    return `${name}y[${index}] = ${name}Y[${from * blockRows} + i];`;
  }
  const own = blockSlots.findIndex((other) => other.input === slot.input && other.form === slot.form);
  const value = `X[${(own >= 0 ? own : slotOf(blockSlots, slot.input)) * blockRows} + i]`;
  const read = own < 0 && slot.form === 'missing' ? `${value} === ${value} ? ${value} : -Infinity` : value;
  return `${name}x[${index}] = ${read};`;
}
