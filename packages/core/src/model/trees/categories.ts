import type { TreeEnsemble } from '../ir/tree-ensemble.ts';
import type { Emitted, Table } from './emitted-trees.ts';

/** Categories further apart than this are looked up in a map, all others in a table. */
const tableSpanMax = 1 << 16;

/** The sets that are asked about one input, under one way to read a value as a category. */
export interface CategoryTable {
  readonly input: number;
  readonly cut: boolean;
  /** Categories that some set has, ascending. */
  readonly keys: readonly number[];
  /** 32-bit words of answers for each category. */
  readonly words: number;
  /** Where in the bits the answers for a value stand that is no key; those for a missing value and for each key follow. */
  readonly start: number;
}

/**
 * Questions of membership, answered by one bit each: a category's words hold the answers to all questions about its
 * input. Word 0 says yes to everything; so a question about a threshold, which reads bit 0 of it, needs no branch.
 */
export interface Categories {
  readonly tables: readonly CategoryTable[];
  readonly bits: Int32Array;
  /** The table of each node; -1 for a question about a threshold. */
  readonly tableOf: Int32Array;
  /** Which bit of a category's words answers each node's question. */
  readonly bitOf: Int32Array;
}

/** Null for an ensemble that asks for no membership. */
export function collectCategories(ensemble: TreeEnsemble): Categories | null {
  const { nodes, sets } = ensemble;
  if (sets.length === 0) return null;
  const drafts = new Map<number, Draft>();
  const tableOf = new Int32Array(nodes.count).fill(-1);
  const bitOf = new Int32Array(nodes.count);
  for (let node = 0; node < nodes.count; node++) {
    const set = nodes.set[node];
    if (set < 0) continue;
    const key = nodes.feature[node] * 2 + (sets[set].cut ? 1 : 0);
    const draft = drafts.get(key) ?? { number: drafts.size, questions: new Map<number, number>() };
    drafts.set(key, draft);
    const question = set * 2 + nodes.missing[node];
    const bit = draft.questions.get(question) ?? draft.questions.size;
    draft.questions.set(question, bit);
    tableOf[node] = draft.number;
    bitOf[node] = bit;
  }
  let start = 1;
  const tables = Array.from(drafts, ([key, { questions }]): CategoryTable => {
    const members = new Set<number>();
    for (const question of questions.keys()) for (const member of sets[question >> 1].members) members.add(member + 0);
    const keys = [...members].sort((a, b) => a - b);
    const words = Math.ceil(questions.size / 32);
    const table = { input: key >> 1, cut: (key & 1) === 1, keys, words, start };
    start += (keys.length + 2) * words;
    return table;
  });
  const bits = new Int32Array(start);
  bits[0] = -1;
  [...drafts.values()].forEach(({ questions }, index) => {
    fill(bits, tables[index], questions, sets);
  });
  return { tables, bits, tableOf, bitOf };
}

interface Draft {
  readonly number: number;
  /** The bit of each distinct question, which is twice the set's number plus the answer for a missing value. */
  readonly questions: Map<number, number>;
}

function fill(
  bits: Int32Array,
  { keys, words, start }: CategoryTable,
  questions: ReadonlyMap<number, number>,
  sets: TreeEnsemble['sets'],
): void {
  const place = new Map(keys.map((key, index) => [key, start + (index + 2) * words]));
  for (const [question, bit] of questions) {
    const word = bit >> 5;
    for (const member of sets[question >> 1].members) bits[(place.get(member) ?? 0) + word] |= 1 << bit;
    if ((question & 1) === 1) bits[start + words + word] |= 1 << bit;
  }
}

/** The bits as `<name>B`, and `<name>Code<table>(v)`: where in them the answers for a value stand. */
export function emitCategories(name: string, { tables, bits }: Categories): Emitted {
  const parts = tables.map((table, number) => codeOf(name, number, table));
  return {
    source: parts.map(({ source }) => source).join(''),
    tables: Object.assign({ [`${name}B`]: bits }, ...parts.map((part) => part.tables)),
  };
}

function codeOf(name: string, number: number, { keys, words, start, cut }: CategoryTable): Emitted {
  const table = `${name}K${number}`;
  const missing = start + words;
  const low = Math.min(0, keys[0] ?? 0);
  const high = Math.max(0, keys.at(-1) ?? 0);
  if (!keys.every(Number.isInteger) || high - low > tableSpanMax) {
    const value = cut ? 'Math.trunc(v)' : 'v';
    return {
      source: `
const ${table}m = new Map(Array.from(${table}, (key, index) => [key, ${start + 2 * words} + index * ${words}]));
${table}m.set(NaN, ${missing});
function ${name}Code${number}(v) { return ${table}m.get(${value}) ?? ${start}; }`,
      tables: { [table]: Float64Array.from(keys) },
    };
  }
  const places: Table =
    missing + words * keys.length <= 0xffff ? new Uint16Array(high - low + 1) : new Int32Array(high - low + 1);
  places.fill(start);
  keys.forEach((key, index) => {
    places[key - low] = start + (index + 2) * words;
  });
  const inside = cut
    ? `v > ${low - 1} && v < ${high + 1} ? ${table}[(v | 0) - (${low})]`
    : `(v | 0) === v && v >= ${low} && v <= ${high} ? ${table}[v - (${low})]`;
  return {
    source: `\nfunction ${name}Code${number}(v) { return ${inside} : v === v ? ${start} : ${missing}; }`,
    tables: { [table]: places },
  };
}
