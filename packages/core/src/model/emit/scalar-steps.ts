import type { ArgmaxStep, Lane, LinearStep, SoftmaxStep, Step, TreesStep, WideLinearStep } from '../ir/program.ts';
import type { TransformName } from '../math/index.ts';
import type { Table } from '../trees/emitted-trees.ts';
import { mapCode, pairCode, reduceCode } from './arithmetic-code.ts';
import { codedLinear } from './coded-linear.ts';
import { denseCode, type Layers } from './dense-code.ts';
import { categoryCode, guardCode, hotCode, imputeCode, positionCode } from './encoding-code.ts';
import { numberText } from './literal.ts';

/** What a step's code is made for: one row, or the row of a loop over columns. */
export interface Place {
  /** The expression of a lane that an earlier step defined. */
  read(lane: Lane): string;
  /** The expression of a feature's value. */
  feature(feature: number, offset: number): string;
  /** The expression of a text feature's value. */
  text(feature: number): string;
  /** The expression of the feature value number `index` of a table of places, four numbers a place. */
  listed(table: string, index: string): string;
}

/** Constants too large for the text of the program, and the widest scratch that it needs. */
export interface Needs {
  readonly tables: Record<string, Table>;
  readonly math: Set<TransformName>;
  /** How the layers of a network hang together. */
  readonly layers: Layers;
  scratch: number;
}

/** A step whose code stands among that of others; the rest runs in functions of its own. */
export type ScalarStep = Exclude<Step, TreesStep | WideLinearStep>;

const normalizers = { L1: 'normalizeL1', L2: 'normalizeL2', MAX: 'normalizeMax' } as const;

/** Multiplications written out one by one; beyond that a loop over a table is smaller and as fast. */
export const unrolledMax = 512;

/** The constant that holds a lane of one row. */
export function laneName(lane: Lane): string {
  return `v${lane.value}_${lane.column}`;
}

/** Statements that define a constant `v<value>_<column>` for each lane of the step. */
export function scalarStep(step: ScalarStep, place: Place, needs: Needs): string {
  const define = (column: number, expression: string) =>
    `const ${laneName({ value: step.out, column })} = ${expression};`;
  const each = (lanes: readonly Lane[], expression: (x: string, column: number) => string) =>
    lanes.map((lane, column) => define(column, expression(place.read(lane), column))).join('\n');
  switch (step.op) {
    case 'load':
      return step.from
        .map(({ feature, offset }, column) => define(column, loaded(place.feature(feature, offset), step.as)))
        .join('\n');
    case 'constant':
      return step.values.map((value, column) => define(column, numberText(value))).join('\n');
    case 'map':
      return each(step.inputs, (x) => mapCode(step.fn, x, step.precision, (fn) => call(needs, fn)));
    case 'scale':
      return each(step.inputs, (x, column) => scaled(x, step.offset[column], step.factor[column], step.wide));
    case 'shift':
      return each(step.inputs, (x, column) => `Math.fround(${x} + ${numberText(step.by[column])})`);
    case 'divide':
      return each(step.inputs, (x) => `Math.fround(${x} / ${numberText(step.by)})`);
    case 'above':
      return each(step.inputs, (x) => `(${x} > ${numberText(step.at)} ? 1 : 0)`);
    case 'lookup':
      return each(step.inputs, (x) => `[${step.table.map(numberText).join(', ')}][${x}]`);
    case 'category':
      return step.from.map((feature, column) => define(column, categoryCode(step, place.text(feature)))).join('\n');
    case 'position':
      return each(step.inputs, (x) => positionCode(step, x));
    case 'hot':
      return each(step.inputs, (x, column) => hotCode(step, x, column));
    case 'impute':
      return each(step.inputs, (x, column) => imputeCode(step, x, column));
    case 'guard':
      return each(step.inputs, (x) => guardCode(step, x, call(needs, 'refuseRow')));
    case 'pair':
      return each(step.inputs, (x, column) =>
        pairCode(step.fn, x, place.read(step.others[column]), step.precision, (fn) => call(needs, fn)),
      );
    case 'select':
      return each(step.inputs, (x, column) => {
        return `(${place.read(step.conditions[column])} !== 0 ? ${x} : ${place.read(step.others[column])})`;
      });
    case 'reduce':
      return step.groups
        .map((group, column) => {
          const name = laneName({ value: step.out, column });
          return reduceCode(name, step.fn, group.map(place.read), step.precision, (fn) => call(needs, fn));
        })
        .join('\n');
    case 'linear':
      return linear(step, place, needs);
    case 'codedLinear':
      return codedLinear(step, place, needs);
    case 'dense':
      return denseCode(step, place, needs);
    case 'softmax':
      return softmax(step, place, needs);
    case 'normalize':
      return overAll(step, call(needs, normalizers[step.norm]), place, needs);
    case 'argmax':
      return argmax(step, place, needs);
  }
}

/** The first largest, compared one after the other; with votes, by a function. */
function argmax(step: ArgmaxStep, place: Place, needs: Needs): string {
  const { inputs, votes } = step;
  const best = laneName({ value: step.out, column: 0 });
  if (votes === null) {
    const top = `top${step.out}`;
    const others = inputs.slice(1).map((lane, index) => {
      const x = place.read(lane);
      return `if (${x} ${step.last === true ? '>=' : '>'} ${top}) { ${top} = ${x}; ${best} = ${index + 1}; }`;
    });
    return [`let ${top} = ${place.read(inputs[0])}, ${best} = 0;`, ...others].join('\n');
  }
  const found = `${call(needs, 'argmaxOfVoted')}(z, y, ${inputs.length})`;
  return [fill('z', inputs, place, needs), fill('y', votes, place, needs), `const ${best} = ${found};`].join('\n');
}

export function loaded(value: string, as: 'float32' | 'float64' | 'integer'): string {
  if (as === 'float32') return `Math.fround(${value})`;
  // Integers have no -0.
  return as === 'integer' ? `Math.trunc(${value}) + 0` : value;
}

function scaled(x: string, offset: number, factor: number, wide: boolean): string {
  const difference = `${x} - ${numberText(offset)}`;
  return wide
    ? `Math.fround((${difference}) * ${numberText(factor)})`
    : `Math.fround(Math.fround(${difference}) * ${numberText(factor)})`;
}

function linear(step: LinearStep, place: Place, needs: Needs): string {
  const count = step.inputs.length;
  const rows = step.weights.length / count;
  const wide = step.weights instanceof Float64Array;
  const add = (sum: string, x: string, weight: string) => {
    return `${sum} = ${wide ? `${sum} + ${x} * ${weight}` : `Math.fround(${sum} + Math.fround(${x} * ${weight}))`};`;
  };
  const long = rows * count > unrolledMax;
  const table = `w${step.out}`;
  if (long) needs.tables[table] = step.weights;
  const lines = long ? [fill('z', step.inputs, place, needs)] : [];
  for (let row = 0; row < rows; row++) {
    const sum = laneName({ value: step.out, column: row });
    lines.push(`let ${sum} = 0;`);
    if (long) {
      lines.push(`for (let k = 0; k < ${count}; k++) ${add(sum, 'z[k]', `${table}[${row * count} + k]`)}`);
    } else {
      step.inputs.forEach((lane, k) => {
        lines.push(add(sum, place.read(lane), numberText(step.weights[row * count + k])));
      });
    }
    if (step.bias === null) continue;
    const whole = `${sum} + ${numberText(step.bias[row])}`;
    lines.push(`${sum} = ${wide ? whole : `Math.fround(${whole})`};`);
  }
  return lines.join('\n');
}

function softmax(step: SoftmaxStep, place: Place, needs: Needs): string {
  const { form, precision } = step;
  if (form === 'zero') return overAll(step, call(needs, 'softmaxZero'), place, needs);
  if (form === 'log') return overAll(step, call(needs, 'logSoftmax'), place, needs, precision === 'float32');
  return overAll(step, call(needs, precision === 'float32' ? 'softmax' : 'softmaxDouble'), place, needs);
}

/** A function over all lanes of a row at once, in a scratch. */
function overAll(
  step: { readonly out: number; readonly inputs: readonly Lane[] },
  fn: string,
  place: Place,
  needs: Needs,
  rounds = false,
): string {
  const results = step.inputs.map((_, column) => {
    return `const ${laneName({ value: step.out, column })} = ${rounds ? `Math.fround(z[${column}])` : `z[${column}]`};`;
  });
  return [fill('z', step.inputs, place, needs), `${fn}(z, ${step.inputs.length});`, ...results].join('\n');
}

export function fill(scratch: 'z' | 'y', lanes: readonly Lane[], place: Place, needs: Needs): string {
  needs.scratch = Math.max(needs.scratch, lanes.length);
  return lanes.map((lane, index) => `${scratch}[${index}] = ${place.read(lane)};`).join(' ');
}

function call(needs: Needs, fn: TransformName): string {
  needs.math.add(fn);
  return fn;
}
