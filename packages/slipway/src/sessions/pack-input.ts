/// <reference lib="esnext.float16" />
import { assert, type FeatureBatch, fail, type TensorType } from '@slipway/core';
import type { InputPart, InputPlan } from './session-plan.ts';

/** Rows `from` to `to` of a batch, filled up to `rows` with the last one where a call needs more. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
}

/** What ONNX Runtime takes as the values of a tensor. float16 as its bits. */
export type TensorValues =
  | Float32Array
  | Float64Array
  | Uint16Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint8Array
  | BigInt64Array
  | BigUint64Array
  | string[];

/**
 * Lays the features of one model input side by side, row-major. Numbers are rounded once to the input's type, integers
 * are cut to whole ones. Raises MODEL_FAILED where an integer input can't hold a value: a missing one, or one too large.
 */
export function packInput(plan: InputPlan, batch: FeatureBatch, range: RowRange): TensorValues {
  const length = plan.width * range.rows;
  const { type } = plan;
  if (type === 'string') return filledTexts(new Array<string>(length).fill(''), plan, batch, range);
  if (type === 'float32') return filledNumbers(new Float32Array(length), plan, batch, range);
  if (type === 'float64') return filledNumbers(new Float64Array(length), plan, batch, range);
  if (type === 'float16') return new Uint16Array(filledNumbers(new Float16Array(length), plan, batch, range).buffer);
  return packIntegers(type, length, plan, batch, range);
}

type IntegerType = Exclude<TensorType, 'string' | 'float16' | 'float32' | 'float64'>;

function packIntegers(type: IntegerType, length: number, plan: InputPlan, batch: FeatureBatch, range: RowRange) {
  const numbers = filledNumbers(new Float64Array(length), plan, batch, range);
  const [low, high] = ranges[type];
  for (let index = 0; index < length; index++) {
    const whole = Math.trunc(numbers[index] as number);
    // NaN is not within any range.
    if (!(whole >= low && whole <= high)) throw unholdable(plan, numberText(numbers[index] as number));
    numbers[index] = whole;
  }
  return makers[type](numbers);
}

const ranges: Readonly<Record<IntegerType, readonly [number, number]>> = {
  // The largest doubles that are within the 64 bit types.
  int64: [-(2 ** 63), 2 ** 63 - 1024],
  uint64: [0, 2 ** 64 - 2048],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int8: [-128, 127],
  uint32: [0, 2 ** 32 - 1],
  uint16: [0, 2 ** 16 - 1],
  uint8: [0, 255],
  bool: [0, 1],
};

const makers: Readonly<Record<IntegerType, (numbers: Float64Array) => TensorValues>> = {
  int64: (numbers) => BigInt64Array.from(numbers, BigInt),
  uint64: (numbers) => BigUint64Array.from(numbers, BigInt),
  int32: (numbers) => Int32Array.from(numbers),
  int16: (numbers) => Int16Array.from(numbers),
  int8: (numbers) => Int8Array.from(numbers),
  uint32: (numbers) => Uint32Array.from(numbers),
  uint16: (numbers) => Uint16Array.from(numbers),
  uint8: (numbers) => Uint8Array.from(numbers),
  bool: (numbers) => Uint8Array.from(numbers),
};

function numberText(value: number): string {
  return Number.isNaN(value) ? 'a missing value' : String(value);
}

function unholdable(plan: InputPlan, what: string): Error {
  return fail('MODEL_FAILED', {
    message: `The model's input ${JSON.stringify(plan.name)} of type ${plan.type} can't hold ${what}.`,
    where: `input ${plan.name}`,
  });
}

function filledNumbers<A extends Float32Array | Float64Array | Float16Array>(
  target: A,
  plan: InputPlan,
  batch: FeatureBatch,
  range: RowRange,
): A {
  for (const part of plan.parts) {
    const column = batch.columns[part.feature];
    assert(column instanceof Float64Array, 'a numeric feature has a numeric column');
    if (part.width === 1) fillColumn(target, column, part.column, plan.width, range);
    else fillArrays(target, column, part, plan.width, range);
  }
  return repeatLast(target, plan, range);
}

function filledTexts(target: string[], plan: InputPlan, batch: FeatureBatch, range: RowRange): string[] {
  const rows = range.to - range.from;
  for (const { feature, column: first } of plan.parts) {
    const column = batch.columns[feature] as readonly string[];
    for (let row = 0; row < rows; row++) {
      const text = column[range.from + row] as string;
      // ONNX Runtime would take the text up to there for the whole.
      if (text.includes('\0')) throw unholdable(plan, 'text with a NUL character');
      target[row * plan.width + first] = text;
    }
  }
  return repeatLast(target, plan, range);
}

type Numbers = Float32Array | Float64Array | Float16Array;

function fillColumn(
  target: Numbers,
  column: Float64Array,
  first: number,
  stride: number,
  { from, to }: RowRange,
): void {
  let place = first;
  for (let row = from; row < to; row++) {
    target[place] = column[row] as number;
    place += stride;
  }
}

function fillArrays(
  target: Numbers,
  column: Float64Array,
  { column: first, width }: InputPart,
  stride: number,
  { from, to }: RowRange,
): void {
  for (let row = from; row < to; row++) {
    const values = column.subarray(row * width, (row + 1) * width);
    target.set(values, (row - from) * stride + first);
  }
}

/** Padding rows repeat a real one, so that they can't fail where real ones don't. */
function repeatLast<A extends Numbers | string[]>(target: A, { width }: InputPlan, { from, to, rows }: RowRange): A {
  const used = (to - from) * width;
  for (let at = used; at < rows * width; at += width) target.copyWithin(at, used - width, used);
  return target;
}
