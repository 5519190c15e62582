import type { DenseSource, DenseStep, Program } from '../ir/program.ts';
import type { TransformName } from '../math/index.ts';
import type { Table } from '../trees/emitted-trees.ts';
import { mapCode } from './arithmetic-code.ts';
import { type LayerPlan, type LayerPlans, laidWeights } from './layer-plan.ts';
import { copyLanes } from './loops.ts';
import { laneName, loaded, type Place } from './place.ts';

// Layers of networks run for all rows of a block before the next step does, on a kernel of model/math that works on
// many sums at once. Here the code around it: feeding inputs, calling, the activation, and reading sums.

const kernels = { float32: 'layers32', float64: 'layers64' } as const;
const arrays = { float32: 'n32', float64: 'n64' } as const;

/** Opens the kernels, copies weights and biases in, and declares a function for each activation and each source. */
export function layersSource(program: Program, plans: LayerPlans, call: (fn: TransformName) => TransformName): string {
  const opened = (['float32', 'float64'] as const).map((precision) => {
    const length = plans.lengths[precision];
    if (length === 0) return '';
    const kernel = kernels[precision];
    const open = call('layerKernel');
    return `const ${kernel} = ${open}('${precision}', ${length}), ${arrays[precision]} = ${kernel}.numbers;\n`;
  });
  const parts = program.steps.flatMap((step) => {
    const plan = plans.of.get(step.out);
    return step.op === 'dense' && plan !== undefined ? [layerSource(step, plan, call)] : [];
  });
  return [...opened, ...parts].join('');
}

function layerSource(step: DenseStep, plan: LayerPlan, call: (fn: TransformName) => TransformName): string {
  const { out, bias, activation, source } = step;
  const array = arrays[plan.precision];
  return [
    `${array}.set(w${out}, ${plan.w});\n`,
    bias === null ? '' : `${array}.set(b${out}, ${plan.b});\n`,
    activation === null || activation === 'relu'
      ? ''
      : `function a${out}(from, to) {
for (let k = from; k < to; k++) { const v = ${array}[k]; ${array}[k] = ${mapCode(activation, 'v', plan.precision, call)}; }
}\n`,
    source === null ? '' : sourceFunction(step, source, plan),
  ].join('');
}

/** `f<value>(c, start, m)`: the inputs of a block's rows out of the columns of features. */
function sourceFunction({ out }: DenseStep, source: DenseSource, plan: LayerPlan): string {
  const value = operated(out, source, loaded('column[first + i * width]', source.as));
  return `function f${out}(c, start, m) {
for (let k = 0; k < ${plan.inputs}; k++) {
const column = c[p${out}[4 * k + 1]], width = p${out}[4 * k + 2], first = start * width + p${out}[4 * k + 3] | 0;
for (let i = 0; i < m; i++) { ${value} ${arrays[plan.precision]}[${plan.x} + i * ${plan.inputs} + k] = v; }
}
}\n`;
}

/** Statements that leave a feature's value in `v`, after the operations of the source. */
function operated(out: number, { operations }: DenseSource, first: string): string {
  const symbols = { add: '+', subtract: '-', multiply: '*', divide: '/' } as const;
  const lines = operations.map(({ fn, rounded }, index) => {
    const exact = fn === 'round' ? 'v' : `v ${symbols[fn]} f${out}_${index}[k]`;
    return `v = ${rounded ? `Math.fround(${exact})` : exact};`;
  });
  return [`let v = ${first};`, ...lines].join(' ');
}

/** Tables of a layer: weights, bias, and where it reads features, their places and the operands of its operations. */
export function layerTables(step: DenseStep, plan: LayerPlan, program: Program): Record<string, Table> {
  const { out, bias, source } = step;
  const tables: Record<string, Table> = { [`w${out}`]: laidWeights(step, plan) };
  if (bias !== null) tables[`b${out}`] = bias;
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

/** Statements for one row: inputs, sums, and a constant for each output that other steps read. */
export function layerRow(step: DenseStep, plans: LayerPlans, place: Place): string {
  const { out, source } = step;
  const plan = plans.of.get(out);
  if (plan === undefined) return '';
  const array = arrays[plan.precision];
  const feed =
    source === null
      ? layerFeed(step, plan, place, '0')
      : `for (let k = 0; k < ${plan.inputs}; k++) { ${operated(out, source, loaded(place.listed(`p${out}`, 'k'), source.as))} ${array}[${plan.x} + k] = v; }`;
  const named = [...(plans.read.get(out) ?? [])].map((column) => {
    return `const ${laneName({ value: out, column })} = ${array}[${plan.s + column}];`;
  });
  return [feed, runCode(step, plan, '1'), ...named].join('\n');
}

/** Statements that feed row `row` of a block, where the inputs are lanes. */
export function layerFeed(
  { inputs, source }: DenseStep,
  plan: LayerPlan,
  place: Pick<Place, 'read' | 'array'>,
  row: string,
): string {
  if (plan.chained || source !== null) return '';
  const base = row === '0' ? `${plan.x} + ` : `${plan.x} + ${row} * ${plan.inputs} + `;
  return copyLanes(arrays[plan.precision], inputs, place, base);
}

/** The statements that run a layer for the first `m` rows of a block. */
export function layerColumns(step: DenseStep, plan: LayerPlan): string {
  return `${step.source === null ? '' : `f${step.out}(c, start, m); `}${runCode(step, plan, 'm')}`;
}

function runCode({ out, activation }: DenseStep, plan: LayerPlan, rows: string): string {
  const { x, xStride, w, b, s, inputs, outputs, precision } = plan;
  const floor = activation === 'relu' ? '0' : '-Infinity';
  const run = `${kernels[precision]}.run(${[x, xStride, w, b, s, inputs, outputs, rows, floor].join(', ')});`;
  if (activation === null || activation === 'relu') return run;
  return `${run} a${out}(${s}, ${s} + ${rows} * ${outputs});`;
}

/** The expression of an output in row `i` of a block. */
export function layerLane({ s, outputs, precision }: LayerPlan, column: number): string {
  return `${arrays[precision]}[${s + column} + i * ${outputs}]`;
}
