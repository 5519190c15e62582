import { isWhole } from '../ir/fuse-dense.ts';
import { type DenseStep, inputsOf, type Lane, type Program } from '../ir/program.ts';
import type { TransformName } from '../math/index.ts';
import type { Table } from '../trees/emitted-trees.ts';
import { mapCode, rounded } from './arithmetic-code.ts';
import { laneName, loaded, type Needs, type Place } from './scalar-steps.ts';

/**
 * A layer of a network as a function `d<value>(x, s)` over tables. Four outputs are summed at once, each in a variable of
 * its own: their chains of roundings are independent, so the processor works on all four. Weights lie as the loop
 * reads them, input after input of four outputs; outputs that would fill up a four have weights of 0.
 */
export function denseFunction(step: DenseStep, call: (fn: TransformName) => string): string {
  const { out, bias, activation } = step;
  const { inputs, outputs, group, padded } = shapeOf(step);
  const precision = precisionOf(step);
  const sums = Array.from({ length: group }, (_, index) => `a${index}`);
  const adds = sums.map((sum, index) => {
    return `${sum} = ${rounded(`${sum} + ${rounded(`v * w${out}[p + ${index}]`, precision)}`, precision)};`;
  });
  const ends = sums.map((sum, index) => {
    return `s[o + ${index}] = ${bias === null ? sum : rounded(`${sum} + b${out}[o + ${index}]`, precision)};`;
  });
  const activated =
    activation === null
      ? ''
      : `  for (let o = 0; o < ${outputs}; o++) { const v = s[o]; s[o] = ${mapCode(activation, 'v', precision, call)}; }\n`;
  return `const x${out} = new Float64Array(${inputs}), s${out} = new Float64Array(${padded});
function d${out}(x, s) {
  for (let o = 0, p = 0; o < ${padded}; o += ${group}) {
    let ${sums.map((sum) => `${sum} = 0`).join(', ')};
    for (let k = 0; k < ${inputs}; k++, p += ${group}) { const v = x[k]; ${adds.join(' ')} }
    ${ends.join(' ')}
  }
${activated}}
`;
}

/** Tables of a layer: weights, bias, and, where it reads features, their places and the operands of its operations. */
export function denseTables(step: DenseStep, program: Program): Record<string, Table> {
  const { out, weights, bias, source } = step;
  const { inputs, outputs, group, padded } = shapeOf(step);
  const laid = sameKind(weights, padded * inputs);
  for (let output = 0; output < outputs; output++) {
    const start = (output - (output % group)) * inputs + (output % group);
    for (let k = 0; k < inputs; k++) laid[start + k * group] = weights[output * inputs + k];
  }
  const tables: Record<string, Table> = { [`w${out}`]: laid };
  if (bias !== null) {
    const whole = sameKind(weights, padded);
    whole.set(bias);
    tables[`b${out}`] = whole;
  }
  if (source === null) return tables;
  const places = source.from.flatMap(({ feature, offset }) => {
    const slot = program.features[feature];
    return [slot.offset + offset, feature, slot.kind === 'numbers' ? slot.width : 1, offset];
  });
  tables[`p${out}`] = Int32Array.from(places);
  source.operations.forEach(({ values }, index) => {
    if (values !== null) tables[`f${out}_${index}`] = values;
  });
  return tables;
}

/** Statements that feed the layer, call it, and define a constant for each output that other steps read by itself. */
export function denseCode(step: DenseStep, place: Place, needs: Needs): string {
  const { out, source } = step;
  const chained = needs.layers.inputOf.get(out);
  const from = chained === undefined ? `x${out}` : `s${chained}`;
  const feed = source === null ? fed(step, place) : fromFeatures(step, place);
  const named = [...(needs.layers.read.get(out) ?? [])].map((column) => {
    return `const ${laneName({ value: out, column })} = s${out}[${column}];`;
  });
  return [chained === undefined ? feed : '', `d${out}(${from}, s${out});`, ...named].join('\n');
}

function fed({ out, inputs }: DenseStep, place: Place): string {
  return inputs.map((lane, k) => `x${out}[${k}] = ${place.read(lane)};`).join(' ');
}

function fromFeatures({ out, source }: DenseStep, place: Place): string {
  if (source === null) return '';
  const symbols = { add: '+', subtract: '-', multiply: '*', divide: '/' } as const;
  const lines = source.operations.map(({ fn, rounded: rounds }, index) => {
    const exact = fn === 'round' ? 'v' : `v ${symbols[fn]} f${out}_${index}[k]`;
    return `v = ${rounds ? `Math.fround(${exact})` : exact};`;
  });
  const first = loaded(place.listed(`p${out}`, 'k'), source.as);
  return `for (let k = 0; k < ${source.from.length}; k++) { let v = ${first}; ${lines.join(' ')} x${out}[k] = v; }`;
}

/** How layers hang together: which reads the buffer of which, and which outputs are read by themselves. */
export interface Layers {
  readonly inputOf: ReadonlyMap<number, number>;
  readonly read: ReadonlyMap<number, ReadonlySet<number>>;
}

/** A layer reads the buffer of another where that holds just its inputs, and no trees run between them, as they run for all rows of a block. */
export function layersOf(program: Program): Layers {
  const inputOf = new Map<number, number>();
  const read = new Map<number, Set<number>>();
  const note = ({ value, column }: Lane) => {
    if (program.steps[value].op !== 'dense') return;
    const columns = read.get(value) ?? new Set();
    read.set(value, columns.add(column));
  };
  for (const step of program.steps) {
    const before = step.op === 'dense' ? wholeLayer(program, step) : null;
    if (before !== null) inputOf.set(step.out, before);
    else for (const lane of inputsOf(step)) note(lane);
  }
  for (const { lane } of program.outputs) note(lane);
  return { inputOf, read };
}

function wholeLayer(program: Program, step: DenseStep): number | null {
  const [first] = step.inputs;
  if (first === undefined || program.steps[first.value].op !== 'dense') return null;
  if (!isWhole(program, first.value, step.inputs)) return null;
  const between = program.steps.slice(first.value, step.out);
  return between.some(({ op }) => op === 'trees' || op === 'wideLinear') ? null : first.value;
}

interface Shape {
  readonly inputs: number;
  readonly outputs: number;
  /** Outputs that are summed at once. */
  readonly group: number;
  /** Outputs and those that fill up the last group. */
  readonly padded: number;
}

function shapeOf({ inputs, source, weights }: DenseStep): Shape {
  const count = source === null ? inputs.length : source.from.length;
  const outputs = weights.length / count;
  const group = Math.min(outputs, 4);
  return { inputs: count, outputs, group, padded: Math.ceil(outputs / group) * group };
}

function precisionOf({ weights }: DenseStep): 'float32' | 'float64' {
  return weights instanceof Float32Array ? 'float32' : 'float64';
}

function sameKind(like: Float32Array | Float64Array, length: number): Float32Array | Float64Array {
  return like instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}
