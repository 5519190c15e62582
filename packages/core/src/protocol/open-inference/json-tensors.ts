/// <reference lib="esnext.float16" />
import { type Datatype, integerBounds, isFloat } from './datatypes.ts';
import { shown, type Tensor, type TensorValues, tensorFault } from './tensor.ts';

/** The elements of a tensor that stands in JSON, and which of them are null. */
export type JsonElements = Pick<Tensor, 'values' | 'nulls'>;

/**
 * Reads the `data` of a tensor: flat, or nested as its shape says. Integers beyond 2^53 must come as bigint, as
 * `parseExactJson` gives them. Raises TENSOR_INVALID.
 */
export function readJsonData(
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  count: number,
  data: unknown,
): JsonElements {
  if (datatype === 'FP16' || datatype === 'BF16') {
    const hint = 'Send it as binary data, or as FP32.';
    throw tensorFault(name, `the datatype is ${datatype}, which JSON has no form for`, hint);
  }
  if (!Array.isArray(data)) throw tensorFault(name, `the data is ${shown(data)}, not an array`);
  const flat = flatten(name, shape, count, data);
  if (datatype === 'BYTES') return readEach<string>(name, datatype, flat, new Array<string>(count).fill(''), asText);
  const read = readers(datatype);
  return readEach(name, datatype, flat, read.empty(count), read.element);
}

/** An element as the tensor holds it, or undefined where it is none of that datatype. */
type ReadElement<T> = (element: unknown) => T | undefined;

function readEach<T>(
  name: string,
  datatype: Datatype,
  flat: readonly unknown[],
  into: { [at: number]: T },
  read: ReadElement<T>,
): JsonElements {
  let nulls: Uint8Array | null = null;
  for (let at = 0; at < flat.length; at++) {
    const element = flat[at];
    if (element === null) {
      nulls ??= new Uint8Array(flat.length);
      nulls[at] = 1;
      continue;
    }
    const value = read(element);
    if (value === undefined) throw tensorFault(name, `element ${at} is ${shown(element)}, which is no ${datatype}`);
    into[at] = value;
  }
  return { values: into as unknown as TensorValues, nulls };
}

function asText(element: unknown): string | undefined {
  return typeof element === 'string' ? element : undefined;
}

interface NumberReader {
  readonly empty: (count: number) => { [at: number]: number | bigint };
  readonly element: ReadElement<number | bigint>;
}

function readers(datatype: Exclude<Datatype, 'BYTES'>): NumberReader {
  if (datatype === 'BOOL') return { empty: (count) => new Uint8Array(count), element: asBool };
  if (datatype === 'FP64') return { empty: (count) => new Float64Array(count), element: asFloat };
  if (isFloat(datatype)) return { empty: (count) => new Float32Array(count), element: asSingle };
  const [low, high] = integerBounds[datatype] ?? [0n, 0n];
  if (datatype === 'INT64' || datatype === 'UINT64') {
    const exact = (element: unknown) => {
      const value =
        typeof element === 'bigint' ? element : Number.isSafeInteger(element) ? BigInt(element as number) : null;
      return value !== null && value >= low && value <= high ? value : undefined;
    };
    return {
      empty: (count) => (datatype === 'INT64' ? new BigInt64Array(count) : new BigUint64Array(count)),
      element: exact,
    };
  }
  const [least, most] = [Number(low), Number(high)];
  const element = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
  return { empty: (count) => new integerArrays[datatype as keyof typeof integerArrays](count), element };
}

const integerArrays = {
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
} as const;

function asBool(element: unknown): number | undefined {
  if (typeof element === 'boolean') return Number(element);
  // Some clients write NumPy's booleans as the numbers that they are.
  return element === 0 || element === 1 ? element : undefined;
}

function asFloat(element: unknown): number | undefined {
  if (typeof element === 'bigint') return Number(element);
  return typeof element === 'number' ? element : undefined;
}

/** A number beyond the range of a float32 would become infinite without anybody's having said so. */
function asSingle(element: unknown): number | undefined {
  const value = asFloat(element);
  return value !== undefined && Number.isFinite(Math.fround(value)) ? value : undefined;
}

/** Row-major elements of an array that is flat, or nested exactly as the shape says. */
function flatten(name: string, shape: readonly number[], count: number, data: readonly unknown[]): readonly unknown[] {
  const sizes = `[${shape.join(', ')}]`;
  if (!Array.isArray(data[0])) {
    if (data.length === count) return data;
    throw tensorFault(name, `the data has ${data.length} elements, its shape ${sizes} says ${count}`);
  }
  // The nested form is as large as the body; the shape may claim anything, so nothing of its size is made here.
  const flat: unknown[] = [];
  const walk = (part: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (Array.isArray(part)) throw tensorFault(name, `the data is nested deeper than its shape ${sizes} says`);
      flat.push(part);
    } else if (!Array.isArray(part) || part.length !== shape[depth]) {
      const found = Array.isArray(part) ? `${part.length} elements` : 'a single value';
      throw tensorFault(name, `the data has ${found} where its shape ${sizes} says ${shape[depth]}`);
    } else for (const below of part) walk(below, depth + 1);
  };
  walk(data, 0);
  return flat;
}

/** The `data` of a tensor as JSON text: flat, integers to the last digit, floats so that they read back the same. */
export function writeJsonData({ datatype, values, nulls }: Tensor, numberText: (value: number) => string): string {
  const texts = new Array<string>(values.length);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number | bigint | string;
    if (nulls?.[at] === 1) texts[at] = 'null';
    else if (typeof value === 'string') texts[at] = JSON.stringify(value);
    else if (datatype === 'BOOL') texts[at] = value === 1 ? 'true' : 'false';
    else if (datatype === 'FP32') texts[at] = numberText(value as number);
    else texts[at] = String(value);
  }
  return `[${texts.join(',')}]`;
}
