import { fail, type SlipwayError } from '../../errors/index.ts';
import type { Datatype } from './datatypes.ts';

/**
 * The elements of a tensor, row-major. BOOL is 0 or 1 in bytes; the two short floats are held as float32, which has a
 * value for each of theirs; the integers of 64 bits are exact; BYTES are text, since a contract knows no other bytes.
 */
export type TensorValues =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array
  | readonly string[];

export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly values: TensorValues;
  /** 1 where an element is null, which JSON alone can say; its value means nothing. Null where none is. */
  readonly nulls: Uint8Array | null;
}

/** InferParameters as the protocol has them: text, numbers and booleans. */
export type InferParameters = Readonly<Record<string, string | number | boolean>>;

/** A tensor of more dimensions, or of larger ones, is no record's. */
const dimensionsMax = 16;

/** The shape of a tensor as a request states it, and the number of its elements. Raises TENSOR_INVALID. */
export function readShape(name: string, shape: unknown): { readonly shape: readonly number[]; readonly count: number } {
  if (!Array.isArray(shape) || shape.length > dimensionsMax) {
    throw tensorFault(name, `its shape must be an array of at most ${dimensionsMax} sizes`);
  }
  let count = 1;
  for (const size of shape as readonly unknown[]) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      throw tensorFault(name, `its shape holds ${shown(size)}, which is no size`);
    }
    count *= size;
  }
  if (!Number.isSafeInteger(count)) throw tensorFault(name, `its shape [${shape.join(', ')}] has too many elements`);
  return { shape: shape as readonly number[], count };
}

/** What is wrong with one tensor, as the end of a sentence. */
export function tensorFault(name: string, reason: string, hint?: string): SlipwayError {
  return fail('TENSOR_INVALID', { message: `Of the tensor ${quoted(name)} ${reason}.`, where: quoted(name), hint });
}

export function quoted(text: string): string {
  return JSON.stringify(text.length <= 100 ? text : `${text.slice(0, 100)}…`);
}

/** A value for a message, cut short. */
export function shown(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
