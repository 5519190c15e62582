import type { PairFunction, Precision, ReduceStep } from '../ir/program.ts';

/** The expression rounded as the precision has it. */
export function rounded(expression: string, precision: Precision): string {
  return precision === 'float32' ? `Math.fround(${expression})` : `(${expression})`;
}

export function pairCode(fn: PairFunction, x: string, y: string, precision: Precision): string {
  const truth = (condition: string) => `(${condition} ? 1 : 0)`;
  switch (fn) {
    case 'add':
      return rounded(`${x} + ${y}`, precision);
    case 'subtract':
      return rounded(`${x} - ${y}`, precision);
    case 'multiply':
      return rounded(`${x} * ${y}`, precision);
    case 'divide':
      return precision === 'integer' ? `(Math.trunc(${x} / ${y}) + 0)` : rounded(`${x} / ${y}`, precision);
    case 'power':
      return rounded(`Math.pow(${x}, ${y})`, precision);
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

/** Statements that leave the result of all terms in the variable `name`, one after the other: each step of a float32 sum is rounded. */
export function reduceCode(name: string, fn: ReduceStep['fn'], terms: readonly string[], precision: Precision): string {
  const functions = { sum: 'add', product: 'multiply', minimum: 'minimum', maximum: 'maximum' } as const;
  const [first = '0', ...others] = terms;
  const lines = others.map((term) => `${name} = ${pairCode(functions[fn], name, term, precision)};`);
  return [`let ${name} = ${first};`, ...lines].join('\n');
}
