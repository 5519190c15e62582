import type {
  CodedLinearStep,
  DistancesStep,
  LinearStep,
  NormalizeStep,
  ReduceStep,
  SoftmaxStep,
} from '../../ir/program.ts';
import { exp, expm1 } from '../../math/index.ts';
import { spreadOf } from './of-choices.ts';
import { at, type Bound, eachRow, type Rows, roundings, unitOf } from './rows.ts';

/**
 * How far the roundings of two sums of the same n terms in different orders lead apart, in units: at most 2 n (Higham,
 * Accuracy and Stability of Numerical Algorithms, 4.2), and as good as never more than 8 sqrt(n), since roundings are
 * independent of each other (Higham and Mary, A New Approach to Probabilistic Rounding Error Analysis, 2019).
 */
export function orderUnits(terms: number): number {
  return Math.min(2 * terms, 8 * Math.sqrt(terms));
}

/** Differences of many terms, when each is independent of the others; of up to eight terms, when none is. */
function together(sum: number, sumOfSquares: number): number {
  return Math.min(sum, Math.sqrt(8 * sumOfSquares));
}

/** Sums of products: what the order of summing adds, and what the inputs bring along. */
export function boundsOfLinear(step: LinearStep, rows: Rows): Bound[] {
  const { inputs, weights, bias } = step;
  const unit = unitOf(weights instanceof Float32Array ? 'float32' : 'float64');
  const count = inputs.length;
  const values = inputs.map((lane) => rows.value(lane));
  const bounds = inputs.map((lane) => rows.bound(lane));
  return Array.from({ length: weights.length / count }, (_, output) => {
    const size = new Sizes(rows.count);
    for (let k = 0; k < count; k++) size.add(values[k], bounds[k], weights[output * count + k]);
    const last = Math.abs(bias?.[output] ?? 0);
    return eachRow(rows, (row) => {
      return orderUnits(count + 1) * unit * (size.partial(row) + last) + size.carried(row);
    });
  });
}

/**
 * The same where some terms are tables. The zeros that a table stands for change no sum in any order, so that its one
 * term counts once. A place that differs between the engines may mean any other entry.
 */
export function boundsOfCodedLinear(step: CodedLinearStep, rows: Rows): Bound[] {
  const { inputs, tables, weights, bias } = step;
  const unit = unitOf(weights instanceof Float32Array ? 'float32' : 'float64');
  const count = inputs.length;
  const outputs = weights.length / count;
  const values = inputs.map((lane) => rows.value(lane));
  const bounds = inputs.map((lane) => rows.bound(lane));
  return Array.from({ length: outputs }, (_, output) => {
    const size = new Sizes(rows.count);
    tables.forEach((table, k) => {
      if (table === null) {
        size.add(values[k], bounds[k], weights[output * count + k]);
        return;
      }
      const column = table.filter((_, at) => at % outputs === output);
      const range = spreadOf(column);
      const bound = bounds[k]?.map((open) => (open > 0 ? range : 0)) ?? null;
      size.add(
        values[k].map((place) => column[place] ?? 0),
        bound,
        1,
      );
    });
    const last = Math.abs(bias?.[output] ?? 0);
    return eachRow(rows, (row) => {
      return orderUnits(count + 1) * unit * (size.partial(row) + last) + size.carried(row);
    });
  });
}

/** Of a sum of products: how large it may become on its way, and what the terms differ by. */
class Sizes {
  private readonly sum: Float64Array;
  private readonly sumMax: Float64Array;
  private readonly magnitude: Float64Array;
  private readonly squares: Float64Array;
  private readonly differences: Float64Array;
  private readonly differenceSquares: Float64Array;

  constructor(rows: number) {
    this.sum = new Float64Array(rows);
    this.sumMax = new Float64Array(rows);
    this.magnitude = new Float64Array(rows);
    this.squares = new Float64Array(rows);
    this.differences = new Float64Array(rows);
    this.differenceSquares = new Float64Array(rows);
  }

  add(values: Float64Array, bound: Bound, weight: number): void {
    for (let row = 0; row < this.sum.length; row++) {
      const product = values[row] * weight;
      this.sum[row] += product;
      this.sumMax[row] = Math.max(this.sumMax[row], Math.abs(this.sum[row]));
      this.magnitude[row] += Math.abs(product);
      this.squares[row] += product * product;
    }
    if (bound === null || weight === 0) return;
    const factor = Math.abs(weight);
    for (let row = 0; row < this.sum.length; row++) {
      const difference = bound[row] * factor;
      this.differences[row] += difference;
      this.differenceSquares[row] += difference * difference;
    }
  }

  /** The largest sum of some of the terms: in input order as it is, in another order as random signs would have it. */
  partial(row: number): number {
    return Math.min(this.magnitude[row], this.sumMax[row] + 2 * Math.sqrt(this.squares[row]));
  }

  carried(row: number): number {
    return together(this.differences[row], this.differenceSquares[row]);
  }
}

/** Sums of squares: all terms are positive, so what rounding adds is a share of the sum. */
export function boundsOfDistances(step: DistancesStep, rows: Rows): Bound[] {
  const values = step.inputs.map((lane) => rows.value(lane));
  const bounds = step.inputs.map((lane) => rows.bound(lane));
  const own = (4 + orderUnits(values.length)) * 2 ** -24;
  return Array.from({ length: step.vectors.length / values.length }, (_, column) => {
    const sum = rows.value({ value: step.out, column });
    return eachRow(rows, (row) => {
      let carried = 0;
      for (let k = 0; k < values.length; k++) {
        const bound = at(bounds[k], row);
        if (bound > 0)
          carried += (2 * Math.abs(values[k][row] - step.vectors[column * values.length + k]) + bound) * bound;
      }
      return own * sum[row] + carried;
    });
  });
}

/** Sums and products of lanes; the least or largest of lanes is as far apart as the lanes are. */
export function boundsOfReduce(step: ReduceStep, rows: Rows): Bound[] {
  return step.groups.map((group, column) => {
    const bounds = group.map((lane) => rows.bound(lane));
    const values = group.map((lane) => rows.value(lane));
    const differs = bounds.some((bound) => bound !== null);
    const rounds = unitOf(step.precision) > 0 && group.length > 2;
    if (step.fn === 'minimum' || step.fn === 'maximum') {
      return differs ? eachRow(rows, (row) => Math.max(...bounds.map((bound) => at(bound, row)))) : null;
    }
    if (!differs && !rounds) return null;
    const result = rows.value({ value: step.out, column });
    if (step.fn === 'product') return eachRow(rows, (row) => ofProduct(step, values, bounds, result, row));
    return eachRow(rows, (row) => {
      const magnitude = values.reduce((sum, value) => sum + Math.abs(value[row]), 0);
      const carried = bounds.reduce((sum, bound) => sum + at(bound, row), 0);
      return orderUnits(group.length) * unitOf(step.precision) * magnitude + carried;
    });
  });
}

/** The product of the largest magnitudes, less the product as it is; and a rounding for each factor. */
function ofProduct(
  step: ReduceStep,
  values: readonly Float64Array[],
  bounds: readonly Bound[],
  result: Float64Array,
  row: number,
): number {
  const magnitude = values.reduce((product, value) => product * Math.abs(value[row]), 1);
  const most = values.reduce((product, value, k) => product * (Math.abs(value[row]) + at(bounds[k], row)), 1);
  return most - magnitude + values.length * roundings(step.precision, result[row]);
}

/** Softmax, its logarithm, and SOFTMAX_ZERO, which passes values near 0 on as they are: those are not bounded. */
export function boundsOfSoftmax(step: SoftmaxStep, rows: Rows): Bound[] {
  const { form, inputs, out, precision } = step;
  const values = inputs.map((lane) => rows.value(lane));
  const bounds = inputs.map((lane) => rows.bound(lane));
  const results = inputs.map((_, column) => rows.value({ value: out, column }));
  const found = inputs.map(() => new Float64Array(rows.count));
  const unit = unitOf(precision);
  const own = 16 + orderUnits(inputs.length);
  for (let row = 0; row < rows.count; row++) {
    const x = values.map((value) => value[row]);
    const top = Math.max(...x);
    const differences = bounds.map((bound, k) => at(bound, row) + unit * (own + 2 * Math.abs(x[k] - top)));
    const widest = Math.max(...differences);
    if (form === 'log') {
      found.forEach((bound, k) => {
        bound[row] = differences[k] + widest + 4 * unit * Math.abs(results[k][row]);
      });
      continue;
    }
    const near =
      form === 'zero' && x.some((one, k) => at(bounds[k], row) > 0 && Math.abs(one) <= 2e-7 + differences[k]);
    const moved = near ? x.map(() => Number.POSITIVE_INFINITY) : softmaxMoves(x, differences, top);
    found.forEach((bound, k) => {
      bound[row] = moved[k] + roundings(precision, 0);
    });
  }
  return found;
}

/**
 * How far each share of a softmax moves where its inputs do: by at most the factor e^(own + largest difference), to no
 * more than e^(x - top) with both ends moved, and by no more than all others together, since all sum to 1.
 */
function softmaxMoves(x: readonly number[], differences: readonly number[], top: number): readonly number[] {
  const leader = x.indexOf(top);
  const widest = Math.max(...differences);
  const sum = x.reduce((all, one) => all + exp(one - top), 0);
  const moves = x.map((one, k) => {
    const most = exp(Math.min(0, one - top + differences[k] + differences[leader]));
    const share = exp(one - top) / sum;
    return share === 0 ? most : Math.min(share * expm1(differences[k] + widest), most);
  });
  const total = moves.reduce((all, move) => all + move, 0);
  return moves.map((move) => Math.min(move, total - move));
}

/** Normalizer: the input over a norm of all inputs, which differs by no more than the norm of the differences. */
export function boundsOfNormalize(step: NormalizeStep, rows: Rows): Bound[] {
  const values = step.inputs.map((lane) => rows.value(lane));
  const bounds = step.inputs.map((lane) => rows.bound(lane));
  const size = (row: number) =>
    normOf(
      step.norm,
      values.map((value) => value[row]),
    );
  const norm = eachRow(rows, size);
  const differing = eachRow(rows, (row) =>
    normOf(
      step.norm,
      bounds.map((bound) => at(bound, row)),
    ),
  );
  const own = (8 + orderUnits(values.length)) * 2 ** -24;
  // The largest of values that agree is the same in both engines.
  const exact = step.norm === 'MAX' && bounds.every((bound) => bound === null);
  if (exact) return bounds.map(() => null);
  return values.map((_, column) => {
    const result = rows.value({ value: step.out, column });
    return eachRow(rows, (row) => {
      if (norm[row] === 0 && differing[row] === 0) return 0;
      const left = Math.abs(norm[row]) - differing[row];
      if (left <= 0) return Number.POSITIVE_INFINITY;
      const share = Math.abs(result[row]);
      return (at(bounds[column], row) + share * differing[row]) / left + own * share + roundings('float32', 0);
    });
  });
}

function normOf(norm: NormalizeStep['norm'], values: readonly number[]): number {
  if (norm === 'MAX') return Math.max(...values);
  if (norm === 'L1') return values.reduce((sum, value) => sum + Math.abs(value), 0);
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
