import type { TensorType } from '../session.ts';
import type { TensorData } from './types.ts';

/** TensorProto.DataType of each element type that sessions take and give. */
const typeNumbers: Readonly<Record<TensorType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

const typesByNumber: ReadonlyMap<number, TensorType> = new Map(
  Object.entries(typeNumbers).map(([type, number]) => [number, type as TensorType]),
);

export function typeNumber(type: TensorType): number {
  return typeNumbers[type];
}

/** Null for element types that sessions don't know: complex, bfloat16, 8 and 4 bit floats. */
export function typeOfNumber(number: number): TensorType | null {
  return typesByNumber.get(number) ?? null;
}

type NumericType = Exclude<TensorType, 'string'>;

/** The array of a type over a buffer that holds exactly its elements. float16 as bits, bool as bytes. */
export const arrayOver: Readonly<Record<NumericType, (buffer: ArrayBuffer) => Exclude<TensorData, readonly string[]>>> =
  {
    float32: (buffer) => new Float32Array(buffer),
    float64: (buffer) => new Float64Array(buffer),
    float16: (buffer) => new Uint16Array(buffer),
    int64: (buffer) => new BigInt64Array(buffer),
    int32: (buffer) => new Int32Array(buffer),
    int16: (buffer) => new Int16Array(buffer),
    int8: (buffer) => new Int8Array(buffer),
    uint64: (buffer) => new BigUint64Array(buffer),
    uint32: (buffer) => new Uint32Array(buffer),
    uint16: (buffer) => new Uint16Array(buffer),
    uint8: (buffer) => new Uint8Array(buffer),
    bool: (buffer) => new Uint8Array(buffer),
  };

export const elementBytes: Readonly<Record<NumericType, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
};
