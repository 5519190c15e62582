import type { LanewiseStep } from '../ir/wide-values.ts';
import type { TransformName } from '../math/index.ts';
import { mapCode, pairCode } from './arithmetic-code.ts';
import { guardCode, hotCode, imputeCode, positionCode } from './encoding-code.ts';
import { numberText } from './literal.ts';

/** What the code of one lane is made of. */
export interface LaneParts {
  /** The expressions of its operands. */
  readonly operands: readonly string[];
  /** The expression of this lane's number among those of the step: a literal, or an element of the table `name`. */
  number(name: string, values: ArrayLike<number>): string;
  /** The name of a table of the step as a whole. */
  table(values: readonly number[]): string;
  /** The name of a function of model/math that the code needs. */
  call(fn: TransformName): string;
}

/** The expression of one lane, whether it is written out or stands in a loop over all lanes. */
export function lanewiseCode(step: LanewiseStep, { operands, number, table, call }: LaneParts): string {
  const [x, y, z] = operands;
  switch (step.op) {
    case 'map':
      return mapCode(step.fn, x, step.precision, call);
    case 'scale':
      return scaled(x, number('offset', step.offset), number('factor', step.factor), step.wide);
    case 'above':
      return `(${x} > ${numberText(step.at)} ? 1 : 0)`;
    case 'lookup':
      return `${table(step.table)}[${x}]`;
    case 'position':
      return positionCode(step, x);
    case 'hot':
      return hotCode(x, number('at', step.at));
    case 'impute':
      return imputeCode(step, x, number('by', step.by));
    case 'guard':
      return guardCode(step, x, call('refuseRow'));
    case 'pair':
      return pairCode(step.fn, x, y, step.precision, call);
    case 'select':
      return `(${x} !== 0 ? ${y} : ${z})`;
  }
}

function scaled(x: string, offset: string, factor: string, wide: boolean): string {
  const difference = `${x} - ${offset}`;
  return wide ? `Math.fround((${difference}) * ${factor})` : `Math.fround(Math.fround(${difference}) * ${factor})`;
}
