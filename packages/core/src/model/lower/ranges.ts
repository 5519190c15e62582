import type { Lane, Step } from '../ir/program.ts';

/** Least and largest number that a lane can hold; NaN is not counted. */
export type Range = readonly [number, number];

const anyNumber: Range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
/** What a record may hold for an integer: see contract/. */
const anyInteger: Range = [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
const anyInt32: Range = [-(2 ** 31), 2 ** 31 - 1];
const truth: Range = [0, 1];

/**
 * How large lanes can be, found by going back through their steps. An integer of 64 bits is a JavaScript number here:
 * arithmetic that could pass 2^53 has to be refused, and an index has to be known to lie in its table.
 */
export class Ranges {
  readonly #steps: readonly Step[];
  readonly #known = new Map<number, Range[]>();
  readonly #tables = new Map<readonly number[], Range>();

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  /** States what a lane holds, where its step doesn't tell. */
  limit(lanes: readonly Lane[], range: Range): void {
    for (const lane of lanes) this.#note(lane, range);
  }

  /** Finds the ranges of a new step's lanes, while those that it reads are known: no way back is longer than a step. */
  learn(value: number, width: number): void {
    const step = this.#steps[value];
    this.#known.set(
      value,
      Array.from({ length: width }, (_, column) => this.#found(step, column)),
    );
  }

  of({ value, column }: Lane): Range {
    return this.#known.get(value)?.[column] ?? anyNumber;
  }

  /** The range that holds those of all lanes. */
  ofAll(lanes: readonly Lane[]): Range {
    return around(lanes.map((lane) => this.of(lane)));
  }

  /** Lanes of a step share its table, which may be long. */
  #ofTable(table: readonly number[]): Range {
    const known = this.#tables.get(table);
    if (known !== undefined) return known;
    const range = around(table.map((value): Range => [value, value]));
    this.#tables.set(table, range);
    return range;
  }

  #note({ value, column }: Lane, range: Range): void {
    const columns = this.#known.get(value);
    if (columns !== undefined) columns[column] = range;
  }

  #found(step: Step, column: number): Range {
    switch (step.op) {
      case 'load':
        return step.as === 'integer' ? anyInteger : anyNumber;
      case 'constant':
        return [step.values[column], step.values[column]];
      case 'map':
        return this.#mapped(step, column);
      case 'lookup':
        return this.#ofTable(step.table);
      case 'category':
      case 'position':
        return [0, step.keys.length];
      case 'argmax':
        return [0, step.inputs.length - 1];
      case 'guard':
        return within(this.of(step.inputs[column]), step);
      case 'hot':
      case 'above':
        return truth;
      case 'pair':
        return step.precision === 'int32' ? anyInt32 : this.#ofPair(step, column);
      case 'select':
        return this.ofAll([step.inputs[column], step.others[column]]);
      case 'reduce':
        return step.precision === 'int32' ? anyInt32 : this.#reduced(step, column);
      default:
        return anyNumber;
    }
  }

  #mapped(step: Extract<Step, { op: 'map' }>, column: number): Range {
    const [low, high] = this.of(step.inputs[column]);
    switch (step.fn) {
      case 'not':
      case 'truth':
      case 'isNaN':
        return truth;
      case 'sign':
        return [-1, 1];
      case 'magnitude':
        return [0, Math.max(Math.abs(low), Math.abs(high))];
      case 'negate':
        return [-high, -low];
      case 'round':
        return step.precision === 'int32' ? anyInt32 : [low, high];
      case 'toInt32':
        return anyInt32;
      case 'toInt64':
        return low >= -(2 ** 53) && high <= 2 ** 53 ? [low, high] : [-(2 ** 63), 2 ** 63];
      default:
        return anyNumber;
    }
  }

  #ofPair(step: Extract<Step, { op: 'pair' }>, column: number): Range {
    const [a, b] = this.of(step.inputs[column]);
    const [c, d] = this.of(step.others[column]);
    switch (step.fn) {
      case 'add':
        return [a + c, b + d];
      case 'subtract':
        return [a - d, b - c];
      case 'multiply':
        return spanOf([a * c, a * d, b * c, b * d]);
      case 'divide':
        return step.precision === 'integer' ? [-largest(a, b), largest(a, b)] : anyNumber;
      case 'remainder': {
        const most = Math.min(largest(a, b), largest(c, d));
        return step.precision === 'integer' ? [-most, most] : anyNumber;
      }
      case 'power':
        return anyNumber;
      case 'minimum':
        return [Math.min(a, c), Math.min(b, d)];
      case 'maximum':
        return [Math.max(a, c), Math.max(b, d)];
      default:
        return truth;
    }
  }

  #reduced(step: Extract<Step, { op: 'reduce' }>, column: number): Range {
    const ranges = step.groups[column].map((lane) => this.of(lane));
    switch (step.fn) {
      case 'sum':
        return ranges.reduce(([low, high], [a, b]): Range => [low + a, high + b], [0, 0]);
      case 'product': {
        const magnitude = ranges.reduce((product, [a, b]) => product * largest(a, b), 1);
        return [-magnitude, magnitude];
      }
      case 'minimum':
      case 'maximum':
        return this.ofAll(step.groups[column]);
    }
  }
}

/** The range that holds all of them. */
function around(ranges: readonly Range[]): Range {
  return ranges.reduce(
    ([low, high], [a, b]): Range => [Math.min(low, a), Math.max(high, b)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

function within([low, high]: Range, limits: { readonly low: number; readonly high: number }): Range {
  return [Math.max(low, limits.low), Math.min(high, limits.high)];
}

function largest(low: number, high: number): number {
  return Math.max(Math.abs(low), Math.abs(high));
}

/** NaN comes from 0 times infinity: then nothing is known. */
function spanOf(values: readonly number[]): Range {
  return values.some(Number.isNaN) ? anyNumber : [Math.min(...values), Math.max(...values)];
}
