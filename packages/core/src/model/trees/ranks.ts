import { floatsOf, type TreePrecision } from '../ir/tree-ensemble.ts';
import type { Conditions, InputConditions } from './conditions.ts';
import { blockRows, type Emitted } from './emitted-trees.ts';
import { gridOf } from './grid.ts';

/** Numbers of one input in the table `I`; see `record`. */
const recordSize = 7;

/**
 * Code that finds how many thresholds of an input lie below a value: its rank. `<name>Rank(X, base)` flips bit r in
 * `<name>D` at the place of the rank of row `base + r`: from there on the answer of that row is yes. An input whose
 * questions send missing values both ways has two lists, and a table leads from the rank to a place in each. The
 * search has a fixed length and no branch.
 */
export function emitRanks(
  name: string,
  conditions: Conditions,
  precision: TreePrecision,
  placeOf: (input: number) => number,
  forRow: boolean,
): Emitted {
  const parts = conditions.inputs.map((input) => ({ input, grid: gridOf(input.thresholds) }));
  const thresholds: number[] = [];
  const buckets: number[] = [];
  const pairs: number[] = [];
  const records = parts.map(({ input, grid }) => {
    const start = thresholds.length;
    const record = recordOf(input, start, pairs.length / 2, [
      placeOf(input.input),
      grid.first.length - 1,
      buckets.length,
      grid.reach,
    ]);
    // Not spread into one call: an input may have more thresholds than a call takes arguments.
    for (const threshold of input.thresholds) thresholds.push(threshold);
    for (let pad = 0; pad < 2 * grid.reach; pad++) thresholds.push(Number.POSITIVE_INFINITY);
    for (const first of grid.first) buckets.push(first + start);
    if (hasBoth(input)) for (const place of pairsOf(input)) pairs.push(place);
    return record;
  });
  const tables = {
    [`${name}T`]: floatsOf(precision, thresholds),
    [`${name}B`]: thresholds.length <= 0xffff ? Uint16Array.from(buckets) : Int32Array.from(buckets),
    [`${name}K`]: Float64Array.from(parts.flatMap(({ grid }) => [grid.origin, grid.scale])),
    [`${name}I`]: Int32Array.from(records.flat()),
    ...(pairs.length === 0 ? {} : { [`${name}R`]: Int32Array.from(pairs) }),
  };
  const row = forRow ? rowSource(name, parts.length, pairs.length > 0) : '';
  return { source: blockSource(name, parts.length, pairs.length > 0) + row, tables };
}

function hasBoth({ lists }: InputConditions): boolean {
  return lists[0].thresholds.length > 0 && lists[1].thresholds.length > 0;
}

/**
 * Place in `X`; last bucket, first bucket, reach; whether there are two lists; what leads from a position among the thresholds to
 * the place in `D` (one list) or the entry of `R` (two); and the position that stands for a missing value.
 */
function recordOf(input: InputConditions, start: number, pairs: number, grid: readonly number[]): number[] {
  const [no, yes] = input.lists;
  const end = start + input.thresholds.length;
  if (hasBoth(input)) return [...grid, 1, pairs - start, end + 1];
  // A missing value that says no ranks above all thresholds, one that says yes below.
  return no.thresholds.length > 0 ? [...grid, 0, no.start - start, end] : [...grid, 0, yes.start - start, start];
}

/** For each rank among all thresholds its place in both lists; behind them, that of a missing value. */
function pairsOf({ thresholds, lists: [no, yes] }: InputConditions): number[] {
  const pairs: number[] = [];
  let left = no.start;
  let right = yes.start;
  for (const threshold of thresholds) {
    pairs.push(left, right);
    if (no.thresholds[left - no.start] === threshold) left += 1;
    if (yes.thresholds[right - yes.start] === threshold) right += 1;
  }
  return [...pairs, left, right, left, yes.start];
}

/** The search of one value `v`, up to its position `k` among the thresholds. */
interface SearchCode {
  readonly record: string;
  readonly start: string;
  /** Three halvings, which is enough for most inputs, and as many as an input takes. */
  readonly three: string;
  readonly any: string;
}

function searchCode(name: string): SearchCode {
  const fields = ['from', 'last', 'buckets', 'reach', 'both', 'shift', 'missing'];
  const record = fields.map((field, index) => `${field} = ${name}I[${recordSize} * j + ${index}]`).join(', ');
  return {
    record: `const origin = ${name}K[2 * j], scale = ${name}K[2 * j + 1];
    const ${record};`,
    start: `const g = (v - origin) * scale;
      let k = ${name}B[buckets + (g > 0 ? (g < last ? g | 0 : last) : 0)];`,
    three: `k = k + ((${name}T[k + 3] < v | 0) << 2) | 0;
      k = k + ((${name}T[k + 1] < v | 0) << 1) | 0;
      k = k + (${name}T[k] < v | 0) | 0;`,
    any: `for (let h = reach; h > 0; h >>= 1) k = k + (h & -(${name}T[k + h - 1] < v | 0)) | 0;`,
  };
}

function blockSource(name: string, inputs: number, some: boolean): string {
  const { record, start, three, any } = searchCode(name);
  const flip = `${name}D[k + shift] ^= 1 << r;`;
  const flipBoth = `const p = k + shift << 1; ${name}D[${name}R[p]] ^= 1 << r; ${name}D[${name}R[p + 1]] ^= 1 << r;`;
  const loop = (search: string, end: string) => `for (let r = 0; r < 32; r++) {
      const v = X[at + r];
      ${start}
      ${search}
      if (v !== v) k = missing;
      ${end}
    }`;
  const anyEnd = some ? `if (both === 1) { ${flipBoth} } else { ${flip} }` : flip;
  return `
function ${name}Rank(X, base) {
  for (let j = 0; j < ${inputs}; j++) {
    ${record}
    const at = from * ${blockRows} + base | 0;
    if (reach !== 4) ${loop(any, anyEnd)}
    ${some ? `else if (both === 1) ${loop(three, flipBoth)}` : ''}
    else ${loop(three, flip)}
  }
}`;
}

/** `<name>RankRow(x, ranks)`: the places from which on the answers of one row are yes, in both lists of each input. */
function rowSource(name: string, inputs: number, some: boolean): string {
  const { record, start, three, any } = searchCode(name);
  const one = 'ranks[2 * j] = ranks[2 * j + 1] = k + shift;';
  const both = `const p = k + shift << 1; ranks[2 * j] = ${name}R[p]; ranks[2 * j + 1] = ${name}R[p + 1];`;
  return `
function ${name}RankRow(x, ranks) {
  for (let j = 0; j < ${inputs}; j++) {
    ${record}
    const v = x[from];
    ${start}
    if (reach === 4) { ${three} } else ${any}
    if (v !== v) k = missing;
    ${some ? `if (both === 1) { ${both} } else ` : ''}${one}
  }
}`;
}
