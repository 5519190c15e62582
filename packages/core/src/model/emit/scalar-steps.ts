import type {
  ArgmaxStep,
  DenseStep,
  Lane,
  LinearStep,
  ReduceStep,
  SoftmaxStep,
  Step,
  TreesStep,
} from '../ir/program.ts';
import { isLanewise, type LanewiseStep, operandsOf } from '../ir/wide-values.ts';
import type { TransformName } from '../math/index.ts';
import { reduceCode, reduceStep } from './arithmetic-code.ts';
import { codedLinear } from './coded-linear.ts';
import { categoryCode } from './encoding-code.ts';
import { lanewiseCode } from './lanewise-code.ts';
import { numberText } from './literal.ts';
import { arrayName, fill, runOf, wideStep } from './loops.ts';
import { call, laneName, loaded, lookupTable, type Needs, type Place, unrolledMax } from './place.ts';

/** A step whose code stands among that of others; the rest runs in functions of its own. */
export type ScalarStep = Exclude<Step, TreesStep | DenseStep>;

const normalizers = { L1: 'normalizeL1', L2: 'normalizeL2', MAX: 'normalizeMax' } as const;

/** Statements that define a constant `v<value>_<column>` for each lane of the step. */
export function scalarStep(step: ScalarStep, place: Place, needs: Needs): string {
  const define = (column: number, expression: string) =>
    `const ${laneName({ value: step.out, column })} = ${expression};`;
  if (needs.wide.has(step.out) && (step.op === 'load' || isLanewise(step))) return wideStep(step, place, needs);
  if (isLanewise(step))
    return lanewise(step, place, needs)
      .map((code, column) => define(column, code))
      .join('\n');
  switch (step.op) {
    case 'load':
      return step.from
        .map(({ feature, offset }, column) => define(column, loaded(place.feature(feature, offset), step.as)))
        .join('\n');
    case 'constant':
      // Literals where they are read.
      return '';
    case 'category':
      return step.from.map((feature, column) => define(column, categoryCode(step, place.text(feature)))).join('\n');
    case 'reduce':
      return step.groups.map((group, column) => reduced(step, group, column, place, needs)).join('\n');
    case 'linear':
      return linear(step, place, needs);
    case 'codedLinear':
      return codedLinear(step, place, needs);
    case 'softmax':
      return softmax(step, place, needs);
    case 'distances': {
      needs.tables[`q${step.out}`] = step.vectors;
      const found = `${call(needs, 'distances')}(z, ${step.inputs.length}, q${step.out}, ${arrayName(step.out)});`;
      return [fill('z', step.inputs, place, needs), found].join('\n');
    }
    case 'normalize':
      return overAll(step, call(needs, normalizers[step.norm]), place, needs);
    case 'argmax':
      return argmax(step, place, needs);
  }
}

/** The expression of each lane. */
function lanewise(step: LanewiseStep, place: Place, needs: Needs): readonly string[] {
  const operands = operandsOf(step);
  const shared = { call: (fn: TransformName) => call(needs, fn), table: lookupTable(step.out, needs) };
  return operands[0].map((_, column) => {
    const number = (_name: string, values: ArrayLike<number>) => numberText(values[column]);
    return lanewiseCode(step, { ...shared, operands: operands.map((lanes) => place.read(lanes[column])), number });
  });
}

/** The lanes of a group one after the other, in a loop where they lie in one array. */
function reduced(step: ReduceStep, group: readonly Lane[], column: number, place: Place, needs: Needs): string {
  const { fn, precision } = step;
  const name = laneName({ value: step.out, column });
  const run = runOf(group, place);
  const called = (transform: TransformName) => call(needs, transform);
  if (run === null) return reduceCode(name, fn, group.map(place.read), precision, called);
  const { array, first } = run;
  const next = reduceStep(name, fn, `${array}[k]`, precision, called);
  return `let ${name} = ${array}[${first}];\nfor (let k = ${first + 1}; k < ${first + group.length}; k++) ${next}`;
}

/** The first largest, compared one after the other; with votes, by a function. */
function argmax(step: ArgmaxStep, place: Place, needs: Needs): string {
  const { inputs, votes } = step;
  const best = laneName({ value: step.out, column: 0 });
  if (votes !== null) {
    const found = `${call(needs, 'argmaxOfVoted')}(z, y, ${inputs.length})`;
    return [fill('z', inputs, place, needs), fill('y', votes, place, needs), `const ${best} = ${found};`].join('\n');
  }
  const top = `top${step.out}`;
  const better = step.last === true ? '>=' : '>';
  const run = runOf(inputs, place);
  if (run !== null) {
    const { array, first } = run;
    const loop = `for (let k = 1; k < ${inputs.length}; k++) if (${array}[${first} + k] ${better} ${top}) { ${top} = ${array}[${first} + k]; ${best} = k; }`;
    return `let ${top} = ${array}[${first}], ${best} = 0;\n${loop}`;
  }
  const others = inputs.slice(1).map((lane, index) => {
    const x = place.read(lane);
    return `if (${x} ${better} ${top}) { ${top} = ${x}; ${best} = ${index + 1}; }`;
  });
  return [`let ${top} = ${place.read(inputs[0])}, ${best} = 0;`, ...others].join('\n');
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
  const run = long ? runOf(step.inputs, place) : null;
  const lines = long && run === null ? [fill('z', step.inputs, place, needs)] : [];
  const input = run === null ? 'z[k]' : `${run.array}[${run.first} + k]`;
  for (let row = 0; row < rows; row++) {
    const sum = laneName({ value: step.out, column: row });
    lines.push(`let ${sum} = 0;`);
    if (long) {
      lines.push(`for (let k = 0; k < ${count}; k++) ${add(sum, input, `${table}[${row * count} + k]`)}`);
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
