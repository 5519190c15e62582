import type { MapFunction, PairFunction, Precision, ReduceStep } from '../ir/program.ts';
import type { TransformName } from '../math/index.ts';

/** The expression rounded as the precision has it. Integers have no -0, which adding 0 takes away. */
function rounded(expression: string, precision: Precision): string {
  switch (precision) {
    case 'float32':
      return `Math.fround(${expression})`;
    case 'float64':
      return `(${expression})`;
    case 'integer':
      return `(${expression} + 0)`;
    case 'int32':
      return `(${expression} | 0)`;
  }
}

/** `call` names a function of model/math that the code needs. */
export function mapCode(fn: MapFunction, x: string, precision: Precision, call: (fn: TransformName) => string): string {
  switch (fn) {
    case 'round':
      return rounded(x, precision);
    case 'magnitude':
      return precision === 'int32' ? `(Math.abs(${x}) | 0)` : `Math.abs(${x})`;
    case 'negate':
      return precision === 'float32' || precision === 'float64' ? `-${x}` : rounded(`-${x}`, precision);
    case 'complement':
      return rounded(`1 - ${x}`, precision);
    case 'logistic':
    case 'probit':
      return `${call(fn)}(${x})`;
    case 'logisticOfNegative':
      return `${call('logistic')}(-${x})`;
    case 'floor':
      return `Math.floor(${x})`;
    case 'ceiling':
      return `Math.ceil(${x})`;
    case 'sign':
      // Here a -0 has no sign, and integers have no -0.
      return `(Math.sign(${x}) + 0)`;
    case 'roundEven':
    case 'toInt32':
    case 'toInt64':
      return `${call(fn)}(${x})`;
    case 'squareRoot':
      return rounded(`Math.sqrt(${x})`, precision);
    case 'relu':
      return `(${x} > 0 || ${x} !== ${x} ? ${x} : 0)`;
    case 'softsign':
      return rounded(`${x} / ${rounded(`1 + Math.abs(${x})`, precision)}`, precision);
    case 'exp':
    case 'expm1':
    case 'log':
    case 'sigmoid':
    case 'tanh':
    case 'softplus':
    case 'erf':
    case 'gelu':
    case 'geluTanh':
      return rounded(`${call(fn)}(${x})`, precision);
    case 'not':
      return `(${x} === 0 ? 1 : 0)`;
    case 'truth':
      return `(${x} === 0 ? 0 : 1)`;
    case 'isNaN':
      return `(${x} !== ${x} ? 1 : 0)`;
  }
}

export function pairCode(
  fn: PairFunction,
  x: string,
  y: string,
  precision: Precision,
  call: (fn: TransformName) => string,
): string {
  const truth = (condition: string) => `(${condition} ? 1 : 0)`;
  switch (fn) {
    case 'add':
      return rounded(`${x} + ${y}`, precision);
    case 'subtract':
      return rounded(`${x} - ${y}`, precision);
    case 'multiply':
      return precision === 'int32' ? `Math.imul(${x}, ${y})` : rounded(`${x} * ${y}`, precision);
    case 'divide':
      return rounded(precision === 'integer' ? `Math.trunc(${x} / ${y})` : `${x} / ${y}`, precision);
    case 'remainder':
      return rounded(`${x} % ${y}`, precision);
    case 'power':
      return rounded(`${call('power')}(${x}, ${y})`, precision);
    case 'minimum':
      return `(${x} < ${y} || ${x} !== ${x} ? ${x} : ${y})`;
    case 'maximum':
      return `(${x} > ${y} || ${x} !== ${x} ? ${x} : ${y})`;
    case 'equal':
      return truth(`${x} === ${y}`);
    case 'less':
      return truth(`${x} < ${y}`);
    case 'lessOrEqual':
      return truth(`${x} <= ${y}`);
    case 'and':
      return truth(`${x} !== 0 && ${y} !== 0`);
    case 'or':
      return truth(`${x} !== 0 || ${y} !== 0`);
    case 'xor':
      return truth(`(${x} !== 0) !== (${y} !== 0)`);
  }
}

const reducing = { sum: 'add', product: 'multiply', minimum: 'minimum', maximum: 'maximum' } as const;

/** The statement that takes one more term into the variable `name`. */
export function reduceStep(
  name: string,
  fn: ReduceStep['fn'],
  term: string,
  precision: Precision,
  call: (fn: TransformName) => string,
): string {
  return `${name} = ${pairCode(reducing[fn], name, term, precision, call)};`;
}

/** Statements that leave the result of all terms in the variable `name`, one after the other: each step of a float32 sum is rounded. */
export function reduceCode(
  name: string,
  fn: ReduceStep['fn'],
  terms: readonly string[],
  precision: Precision,
  call: (fn: TransformName) => string,
): string {
  const [first = '0', ...others] = terms;
  return [`let ${name} = ${first};`, ...others.map((term) => reduceStep(name, fn, term, precision, call))].join('\n');
}
