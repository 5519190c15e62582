import type { CodedLinearStep, Lane, Program, Step } from '../ir/program.ts';
import { blockRows, type Table } from '../trees/emitted-trees.ts';
import { numberText } from './literal.ts';

/** Terms from which on columns take a sum term by term over all rows of a block: one row's terms wait for each other. */
const termsMin = 64;

/** Whether columns take the sum as a block of its own; `wide` are values that loops fill for one row. */
export function isBlockSum(step: Step, wide: ReadonlySet<number>): step is CodedLinearStep {
  return (
    step.op === 'codedLinear' &&
    step.inputs.length >= termsMin &&
    step.weights instanceof Float32Array &&
    !wide.has(step.out)
  );
}

/** The lanes of a sum, each once: those that hold places, and those that are multiplied. */
interface Slots {
  readonly places: readonly Lane[];
  readonly numbers: readonly Lane[];
  /** For each term its slot among lanes of its kind. */
  readonly ofTerm: readonly number[];
}

function slotsOf({ inputs, tables }: CodedLinearStep): Slots {
  const kinds = { places: [] as Lane[], numbers: [] as Lane[] };
  const known = new Map<string, number>();
  const ofTerm = inputs.map((lane, k) => {
    const kind = tables[k] === null ? 'numbers' : 'places';
    const key = `${kind} ${lane.value} ${lane.column}`;
    const slot = known.get(key) ?? kinds[kind].push(lane) - 1;
    known.set(key, slot);
    return slot;
  });
  return { ...kinds, ofTerm };
}

/** Statements that put the lanes of row `i` into the buffers of the block. */
export function feedSum(step: CodedLinearStep, read: (lane: Lane) => string): string {
  const { places, numbers } = slotsOf(step);
  const put = (buffer: string) => (lane: Lane, slot: number) =>
    `${buffer}${step.out}[${slot * blockRows} + i] = ${read(lane)};`;
  return [...places.map(put('G')), ...numbers.map(put('H'))].join('\n');
}

export function sumCall({ out }: CodedLinearStep): string {
  return `g${out}Columns(m, S${out});`;
}

/** What the code of `sumColumns` reads: kinds, slots and tables of terms. */
export function sumTables(step: CodedLinearStep): Record<string, Table> {
  const { out, tables, weights } = step;
  const { ofTerm } = slotsOf(step);
  const starts: number[] = [];
  const values: number[] = [];
  for (const table of tables) {
    starts.push(table === null ? -1 : values.length);
    for (const value of table ?? []) values.push(value);
  }
  return {
    [`g${out}a`]: Int32Array.from(starts),
    [`g${out}s`]: Int32Array.from(ofTerm, (slot) => slot * blockRows),
    [`g${out}t`]: Float32Array.from(values),
    [`g${out}w`]: weights,
  };
}

/** Declares the buffers, and `g<value>Columns(m, S)`: term after term, each over all rows of the block. */
export function sumColumns(step: CodedLinearStep, { widths }: Program): string {
  const { out, inputs, bias } = step;
  const { places, numbers } = slotsOf(step);
  const [name, count, outputs] = [`g${out}`, inputs.length, widths[out]];
  const ends = Array.from(bias ?? [], (value, output) => {
    const sum = `S[${output * blockRows} + i]`;
    return `for (let i = 0; i < m; i++) ${sum} = Math.fround(${sum} + ${numberText(value)});`;
  });
  return `
const G${out} = new Int32Array(${places.length * blockRows}), H${out} = new Float64Array(${numbers.length * blockRows});
function ${name}Columns(m, S) {
  S.fill(0);
  for (let k = 0; k < ${count}; k++) {
    const at = ${name}a[k], from = ${name}s[k];
    for (let o = 0; o < ${outputs}; o++) {
      const sum = o * ${blockRows};
      if (at >= 0) {
        const entry = at + o;
        for (let i = 0; i < m; i++) S[sum + i] += ${name}t[entry + G${out}[from + i] * ${outputs}];
      } else {
        const weight = ${name}w[o * ${count} + k];
        for (let i = 0; i < m; i++) S[sum + i] += Math.fround(H${out}[from + i] * weight);
      }
    }
  }
  ${ends.join('\n  ')}
}
`;
}
