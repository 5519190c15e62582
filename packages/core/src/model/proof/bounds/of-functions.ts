import type { MapStep } from '../../ir/program.ts';
import { erf, exp, expm1, log, roundEven, sigmoid, softplus, tanh, toInt32, toInt64 } from '../../math/index.ts';
import { type Bound, eachRow, type Rows, roundings, unitOf, wherever } from './rows.ts';

/** What a function's own approximations may differ by: units of the result, and units of 1. */
interface Own {
  readonly relative: number;
  readonly absolute: number;
}

/**
 * ONNX Runtime's approximations against the nearest float, at least one and a half times what a grid of float32 numbers
 * shows (`of-functions.test.ts` measures it again). Functions that stand here are never exact.
 */
const owns: Partial<Record<MapStep['fn'], Own>> = {
  exp: { relative: 4, absolute: 0 },
  expm1: { relative: 4, absolute: 4 },
  log: { relative: 12, absolute: 0 },
  logistic: { relative: 2, absolute: 4 },
  logisticOfNegative: { relative: 2, absolute: 4 },
  sigmoid: { relative: 2, absolute: 4 },
  tanh: { relative: 16, absolute: 0 },
  softplus: { relative: 12, absolute: 0 },
  erf: { relative: 8, absolute: 0 },
  gelu: { relative: 8, absolute: 6 },
  geluTanh: { relative: 8, absolute: 16 },
  probit: { relative: 8, absolute: 0 },
};

/** Functions that never fall (or never rise): the ends of an interval of inputs bound the results. */
const monotone: Partial<Record<MapStep['fn'], (x: number) => number>> = {
  exp,
  expm1,
  log,
  logistic: sigmoid,
  logisticOfNegative: (x) => sigmoid(-x),
  sigmoid,
  tanh,
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  erf,
  relu: (x) => (x > 0 ? x : 0),
  squareRoot: Math.sqrt,
  floor: Math.floor,
  ceiling: Math.ceil,
  roundEven,
  sign: Math.sign,
  toInt32,
  toInt64,
};

/** Their results are whole numbers, which nothing rounds: they are one and the same, or another. */
const cuts: ReadonlySet<MapStep['fn']> = new Set(['floor', 'ceiling', 'roundEven', 'sign', 'toInt32', 'toInt64']);

export function boundsOfMap(step: MapStep, rows: Rows): Bound[] {
  const own = owns[step.fn];
  return step.inputs.map((lane, column) => {
    const x = rows.value(lane);
    const y = rows.value({ value: step.out, column });
    const from = rows.bound(lane);
    const carried = (row: number) => carriedBy(step, x[row], y[row], from === null ? 0 : from[row]);
    if (own === undefined) return wherever(rows, [from], carried);
    return eachRow(rows, (row) => carried(row) + ownBound(step, own, x[row], y[row]));
  });
}

function ownBound({ fn, precision }: MapStep, { relative, absolute }: Own, x: number, y: number): number {
  const unit = unitOf(precision);
  const rounded = relative * unit * Math.abs(y) + roundings(precision, 0);
  switch (fn) {
    case 'probit':
      return rounded + probitOwn(y);
    // A share near 0 is cut to 0, or is a few times what it should be.
    case 'logistic':
    case 'logisticOfNegative':
    case 'sigmoid':
      return rounded + Math.min(absolute * unit, 8 * sigmoid(fn === 'logisticOfNegative' ? -x : x));
    default:
      return rounded + absolute * unit;
  }
}

/** What a difference of the input makes of the result. */
function carriedBy({ fn, precision }: MapStep, x: number, y: number, bound: number): number {
  if (bound === 0) return 0;
  const rising = monotone[fn];
  if (rising !== undefined) {
    const middle = rising(x);
    const most = Math.max(Math.abs(rising(x + bound) - middle), Math.abs(rising(x - bound) - middle));
    return cuts.has(fn) ? most : most + roundings(precision, y);
  }
  switch (fn) {
    case 'magnitude':
    case 'negate':
      return bound;
    case 'round':
    case 'complement':
      return bound + roundings(precision, y);
    // Their slopes are nowhere more than 1.13.
    case 'gelu':
    case 'geluTanh':
      return 1.13 * bound + roundings(precision, y);
    case 'not':
    case 'truth':
      return Math.abs(x) <= bound ? 1 : 0;
    case 'isNaN':
      return 0;
    case 'probit':
      return probitSlope(y) * bound;
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/**
 * PROBIT takes the root of a difference of numbers near 4.33 (see model/math): what that difference loses is large
 * against a result near 0.
 */
function probitOwn(y: number): number {
  const lost = 32 * 2 ** -24;
  return Math.min(Math.sqrt(2 * lost), (2 * lost) / Math.abs(y));
}

/** 1 / density at y, doubled, since the formula is an approximation. */
function probitSlope(y: number): number {
  return 2 * Math.sqrt(2 * Math.PI) * exp((y * y) / 2);
}
