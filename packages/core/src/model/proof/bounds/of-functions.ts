import type { MapStep } from '../../ir/program.ts';
import { erf, exp, expm1, log, roundEven, sigmoid, softplus, tanh, toInt32, toInt64 } from '../../math/index.ts';
import { type Bound, eachRow, type Rows, roundings, unitOf, wherever } from './rows.ts';

/** What a function's own approximations may differ by: units of the result, and units of 1. */
interface Own {
  readonly relative: number;
  readonly absolute: number;
}

/**
 * ONNX Runtime's approximations against the nearest float, at least four times what was seen on a grid of the float32
 * numbers (`of-functions.test.ts` measures it again). Functions that stand here are never exact.
 */
const owns: Partial<Record<MapStep['fn'], Own>> = {
  exp: { relative: 8, absolute: 0 },
  expm1: { relative: 8, absolute: 8 },
  log: { relative: 16, absolute: 1 },
  logistic: { relative: 8, absolute: 4 },
  logisticOfNegative: { relative: 8, absolute: 4 },
  sigmoid: { relative: 8, absolute: 4 },
  tanh: { relative: 32, absolute: 0 },
  softplus: { relative: 8, absolute: 8 },
  erf: { relative: 32, absolute: 0 },
  gelu: { relative: 16, absolute: 8 },
  geluTanh: { relative: 16, absolute: 8 },
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

export function boundsOfMap(step: MapStep, rows: Rows): Bound[] {
  const own = owns[step.fn];
  return step.inputs.map((lane, column) => {
    const x = rows.value(lane);
    const y = rows.value({ value: step.out, column });
    const from = rows.bound(lane);
    const carried = (row: number) => carriedBy(step, x[row], y[row], from === null ? 0 : from[row]);
    if (own === undefined) return wherever(rows, [from], carried);
    const unit = unitOf(step.precision);
    return eachRow(rows, (row) => {
      const approximated = step.fn === 'probit' ? probitOwn(y[row]) : 0;
      return carried(row) + unit * (own.relative * Math.abs(y[row]) + own.absolute) + approximated;
    });
  });
}

/** What a difference of the input makes of the result. */
function carriedBy({ fn, precision }: MapStep, x: number, y: number, bound: number): number {
  if (bound === 0) return 0;
  const rising = monotone[fn];
  if (rising !== undefined) {
    const middle = rising(x);
    const most = Math.max(Math.abs(rising(x + bound) - middle), Math.abs(rising(x - bound) - middle));
    return most + roundings(precision, y);
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
