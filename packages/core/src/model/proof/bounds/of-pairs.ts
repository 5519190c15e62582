import type { Lane, PairFunction, PairStep, ScaleStep } from '../../ir/program.ts';
import { power } from '../../math/index.ts';
import { at, type Bound, eachRow, type Rows, roundings, unitOf, wherever } from './rows.ts';

/** Functions of two lanes: each engine rounds the same exact result, so only inputs that differ make a difference. */
export function boundsOfPair(step: PairStep, rows: Rows): Bound[] {
  return step.inputs.map((lane, column) => {
    const other = step.others[column];
    const [x, y] = [rows.value(lane), rows.value(other)];
    const bounds = [rows.bound(lane), rows.bound(other)] as const;
    const result = rows.value({ value: step.out, column });
    const carried = (row: number) => {
      return carriedBy(step, x[row], y[row], at(bounds[0], row), at(bounds[1], row), result[row]);
    };
    if (step.fn !== 'power') return wherever(rows, bounds, carried);
    const unit = unitOf(step.precision);
    return eachRow(rows, (row) => carried(row) + 16 * unit * Math.abs(result[row]));
  });
}

function carriedBy({ fn, precision }: PairStep, x: number, y: number, dx: number, dy: number, result: number): number {
  switch (fn) {
    case 'add':
    case 'subtract':
      return dx + dy + roundings(precision, result);
    case 'multiply':
      return Math.abs(x) * dy + Math.abs(y) * dx + dx * dy + roundings(precision, result);
    case 'divide':
      if (dy >= Math.abs(y)) return Number.POSITIVE_INFINITY;
      return (dx + Math.abs(x / y) * dy) / (Math.abs(y) - dy) + roundings(precision, result);
    case 'minimum':
      return boundOfSmaller(x, y, dx, dy);
    case 'maximum':
      return boundOfSmaller(-x, -y, dx, dy);
    case 'power':
      return dx + dy === 0 ? 0 : atCorners(x, y, dx, dy);
    case 'equal':
    case 'less':
    case 'lessOrEqual':
      return Math.abs(x - y) <= dx + dy ? 1 : 0;
    default:
      return isLogic(fn) ? 1 : Number.POSITIVE_INFINITY;
  }
}

function isLogic(fn: PairFunction): boolean {
  return fn === 'and' || fn === 'or' || fn === 'xor';
}

/** A power rises or falls along each side of the rectangle, except where the base passes 0. */
function atCorners(x: number, y: number, dx: number, dy: number): number {
  const middle = power(x, y);
  const bases = Math.abs(x) <= dx ? [x - dx, 0, x + dx] : [x - dx, x + dx];
  const corners = bases.flatMap((base) => [power(base, y - dy), power(base, y + dy)]);
  const most = Math.max(...corners.map((corner) => Math.abs(corner - middle)));
  return Number.isNaN(most) ? Number.POSITIVE_INFINITY : most;
}

export function boundsOfScale(step: ScaleStep, rows: Rows): Bound[] {
  return ofEach(step, rows, (x, bound, result, column) => {
    const rounded = step.wide ? 0 : roundings('float32', x - step.offset[column]);
    return Math.abs(step.factor[column]) * (bound + rounded) + roundings('float32', result);
  });
}

function ofEach(
  step: { readonly out: number; readonly inputs: readonly Lane[] },
  rows: Rows,
  boundOf: (x: number, bound: number, result: number, column: number) => number,
): Bound[] {
  return step.inputs.map((lane, column) => {
    const x = rows.value(lane);
    const bound = rows.bound(lane);
    const result = rows.value({ value: step.out, column });
    return wherever(rows, [bound], (row) => boundOf(x[row], at(bound, row), result[row], column));
  });
}

/** Of two numbers that lie clearly apart only the smaller one's bound counts. */
function boundOfSmaller(x: number, y: number, dx: number, dy: number): number {
  if (x + dx < y - dy) return dx;
  return y + dy < x - dx ? dy : Math.max(dx, dy);
}
