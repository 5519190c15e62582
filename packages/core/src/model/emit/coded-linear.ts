import type { CodedLinearStep } from '../ir/program.ts';
import { numberText } from './literal.ts';
import { arrayName, fill } from './loops.ts';
import { call, laneName, type Needs, type Place, unrolledMax } from './place.ts';

/** A sum whose terms are products or, where a lane holds a place, entries of a table. */
export function codedLinear(step: CodedLinearStep, place: Place, needs: Needs): string {
  if (needs.wide.has(step.out)) return manySums(step, place, needs);
  const { out, inputs, bias } = step;
  const rows = step.weights.length / inputs.length;
  const rounded = step.weights instanceof Float32Array;
  const sum = (row: number) => laneName({ value: out, column: row });
  const add = (row: number, term: string) => {
    return `${sum(row)} = ${rounded ? `Math.fround(${sum(row)} + ${term})` : `${sum(row)} + ${term}`};`;
  };
  const starts = layTables(step, needs);
  const all = Array.from({ length: rows }, (_, row) => row);
  const terms = rows * inputs.length > unrolledMax ? inLoops : writtenOut;
  return [
    `let ${all.map((row) => `${sum(row)} = 0`).join(', ')};`,
    ...terms(step, rows, starts, rounded, add, place, needs),
    ...(bias === null ? [] : all.map((row) => add(row, numberText(bias[row])))),
  ].join('\n');
}

/** Many sums, in an array: a function adds each term to all of them before the next. */
function manySums(step: CodedLinearStep, place: Place, needs: Needs): string {
  const { out, inputs, weights, bias } = step;
  const count = inputs.length;
  const sums = weights.length / count;
  needs.tables[`q${out}`] = Int32Array.from(layTables(step, needs));
  needs.tables[`w${out}`] = weights.map((_, at) => weights[(at % sums) * count + Math.floor(at / sums)]);
  if (bias !== null) needs.tables[`b${out}`] = bias;
  const tables = `q${out}, w${out}, p${out}, ${bias === null ? 'null' : `b${out}`}`;
  const name = call(needs, weights instanceof Float32Array ? 'codedSums' : 'codedSumsDouble');
  return [fill('z', inputs, place, needs), `${name}(z, ${count}, ${tables}, ${arrayName(out)});`].join('\n');
}

type Terms = (
  step: CodedLinearStep,
  rows: number,
  starts: readonly number[],
  rounded: boolean,
  add: (row: number, term: string) => string,
  place: Place,
  needs: Needs,
) => string[];

/** All tables one after the other; answers where each starts, -1 for terms without. */
function layTables(step: CodedLinearStep, needs: Needs): number[] {
  const values: number[] = [];
  const starts = step.tables.map((table) => {
    if (table === null) return -1;
    const start = values.length;
    for (const value of table) values.push(value);
    return start;
  });
  needs.tables[`p${step.out}`] =
    step.weights instanceof Float32Array ? Float32Array.from(values) : Float64Array.from(values);
  return starts;
}

function product(x: string, weight: string, rounded: boolean): string {
  return rounded ? `Math.fround(${x} * ${weight})` : `${x} * ${weight}`;
}

/** Term by term, in all rows of weights, so that a place is worked out once. */
const writtenOut: Terms = (step, rows, starts, rounded, add, place) => {
  return step.inputs.flatMap((lane, k) => {
    const x = place.read(lane);
    return Array.from({ length: rows }, (_, row) => {
      if (starts[k] < 0) return add(row, product(x, numberText(step.weights[row * step.inputs.length + k]), rounded));
      return add(row, `p${step.out}[${starts[k] + row} + ${x}${rows === 1 ? '' : ` * ${rows}`}]`);
    });
  });
};

/** A loop for each row of weights, over the inputs in a scratch. */
const inLoops: Terms = (step, rows, starts, rounded, add, place, needs) => {
  const count = step.inputs.length;
  needs.tables[`q${step.out}`] = Int32Array.from(starts);
  needs.tables[`w${step.out}`] = step.weights;
  const loops = Array.from({ length: rows }, (_, row) => {
    const entry = `p${step.out}[at + ${row} + z[k] * ${rows}]`;
    const weighed = product('z[k]', `w${step.out}[${row * count} + k]`, rounded);
    return `for (let k = 0; k < ${count}; k++) { const at = q${step.out}[k]; ${add(row, `(at < 0 ? ${weighed} : ${entry})`)} }`;
  });
  return [fill('z', step.inputs, place, needs), ...loops];
};
