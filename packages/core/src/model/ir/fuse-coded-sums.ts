import { isSameLane, PlaceTables, type PlaceValues } from './place-values.ts';
import type { CodedLinearStep, FloatArray, LinearStep, Program } from './program.ts';

/**
 * Makes one term of each run of inputs of a sum that are tables of one place, one-hot inputs most of all: what the run
 * adds, by place. The term stands where the run stood, and is made by the multiplications of the sum itself. At each
 * place at most one input of a run is not 0; the others add 0 * w, which is a zero of either sign as long as w is
 * finite, and a zero changes no sum: the accumulator starts at +0, and a sum that is rounded to nearest is never -0
 * unless both its terms are.
 */
export function fuseCodedSums(program: Program): Program {
  const known = new PlaceTables(program);
  const steps = program.steps.map((step) => (step.op === 'linear' ? (fused(known, step) ?? step) : step));
  return { ...program, steps };
}

/** Inputs of a sum that stand side by side: tables of one place, or a single input of another kind. */
interface Run {
  readonly start: number;
  readonly tables: readonly PlaceValues[];
}

function fused(known: PlaceTables, step: LinearStep): CodedLinearStep | null {
  const tables = step.inputs.map((lane, column) => {
    return hasFiniteWeights(step, column) ? finite(known.of(lane)) : null;
  });
  const runs = runsOf(tables);
  if (runs.every(({ tables: own }) => own.length === 0)) return null;
  const { out, weights, bias } = step;
  const columns = step.inputs.length;
  const outputs = weights.length / columns;
  const picked = sameKind(weights, outputs * runs.length);
  for (let at = 0; at < picked.length; at++) {
    picked[at] = weights[Math.floor(at / runs.length) * columns + runs[at % runs.length].start];
  }
  return {
    op: 'codedLinear',
    out,
    inputs: runs.map(({ start, tables: [first] }) => first?.place ?? step.inputs[start]),
    tables: runs.map((run) => tableOf(step, run)),
    weights: picked,
    bias,
  };
}

function finite(table: PlaceValues | null): PlaceValues | null {
  return table !== null && [...table.values.values()].every(Number.isFinite) ? table : null;
}

function hasFiniteWeights({ weights, inputs }: LinearStep, column: number): boolean {
  for (let at = column; at < weights.length; at += inputs.length) if (!Number.isFinite(weights[at])) return false;
  return true;
}

function runsOf(tables: readonly (PlaceValues | null)[]): Run[] {
  const runs: { start: number; tables: PlaceValues[] }[] = [];
  let taken = new Set<number>();
  tables.forEach((table, column) => {
    const last = runs.at(-1);
    const places = [...(table?.values.keys() ?? [])];
    const [first] = last?.tables ?? [];
    const joins =
      table !== null &&
      first !== undefined &&
      isSameLane(first.place, table.place) &&
      !places.some((at) => taken.has(at));
    if (!joins) taken = new Set();
    for (const place of places) taken.add(place);
    if (joins) last?.tables.push(table);
    else runs.push({ start: column, tables: table === null ? [] : [table] });
  });
  return runs;
}

/** What the run adds to each output, by place. */
function tableOf({ inputs, weights }: LinearStep, { start, tables }: Run): FloatArray | null {
  const [first] = tables;
  if (first === undefined) return null;
  const outputs = weights.length / inputs.length;
  // The array rounds each product as the sum does.
  const table = sameKind(weights, first.count * outputs);
  tables.forEach(({ values }, index) => {
    for (const [place, value] of values) {
      for (let output = 0; output < outputs; output++) {
        table[place * outputs + output] = value * weights[output * inputs.length + start + index];
      }
    }
  });
  return table;
}

function sameKind(weights: FloatArray, length: number): FloatArray {
  return weights instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}
