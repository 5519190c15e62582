import type { TensorType } from '../session.ts';
import { tooLarge } from './damage.ts';
import { arrayOver, elementBytes, typeOfNumber } from './element-types.ts';
import { externalData } from './external-data.ts';
import { onnxLimits } from './limits.ts';
import { NumberList } from './number-list.ts';
import type { OnnxTensor, TensorData } from './types.ts';
import {
  type BinaryReader,
  bytesField,
  damaged,
  integerField,
  readMessage,
  textField,
  textOf,
  type WireType,
} from './wire.ts';

/** A tensor, or only its name where its element type or its text is none that Slipway reads. */
export type DecodedTensor =
  | { readonly kind: 'tensor'; readonly tensor: OnnxTensor }
  | { readonly kind: 'other'; readonly name: string };

/** Reads a TensorProto. The values must be in the file, as many as the shape says. */
export function decodeTensor(bytes: Uint8Array, name: string): DecodedTensor {
  const fields = new TensorFields();
  readMessage(bytes, name, (reader, field, wire) => fields.read(reader, field, wire));
  if (fields.external) throw externalData(fields.name, name);
  const type = typeOfNumber(fields.typeNumber);
  if (type === null) return { kind: 'other', name: fields.name };
  const dims = fields.shape();
  const data = type === 'string' ? fields.texts(dims) : fields.numbers(type, dims);
  return data === null
    ? { kind: 'other', name: fields.name }
    : { kind: 'tensor', tensor: { name: fields.name, type, dims, data } };
}

/** A TensorProto on its way in. Of its value fields one is filled; which one depends on the element type. */
class TensorFields {
  name = '';
  typeNumber = 0;
  external = false;
  readonly #dims = new NumberList('varint64');
  readonly #float = new NumberList('float');
  readonly #int32 = new NumberList('varint32');
  readonly #int64 = new NumberList('varint64');
  readonly #double = new NumberList('double');
  readonly #uint64 = new NumberList('varint64');
  readonly #strings: (string | null)[] = [];
  #raw: Uint8Array | null = null;

  read(reader: BinaryReader, field: number, wire: WireType): boolean {
    switch (field) {
      case 1:
        return this.#dims.read(reader, wire);
      case 2:
        this.typeNumber = integerField(reader, wire);
        return true;
      case 4:
        return this.#float.read(reader, wire);
      case 5:
        return this.#int32.read(reader, wire);
      case 6:
        this.#strings.push(textOf(bytesField(reader, wire)));
        return true;
      case 7:
        return this.#int64.read(reader, wire);
      case 8:
        this.name = textField(reader, wire);
        return true;
      case 9:
        this.#raw = bytesField(reader, wire);
        return true;
      case 10:
        return this.#double.read(reader, wire);
      case 11:
        return this.#uint64.read(reader, wire);
      case 13:
        bytesField(reader, wire);
        this.external = true;
        return true;
      case 14:
        if (integerField(reader, wire) !== 0) this.external = true;
        return true;
      default:
        return false;
    }
  }

  shape(): number[] {
    if (this.#dims.length > onnxLimits.rankMax) damaged(`a tensor has ${this.#dims.length} dimensions`);
    return Array.from(new BigInt64Array(this.#dims.take()), (size) => {
      const number = Number(size);
      return Number.isSafeInteger(number) && number >= 0 ? number : damaged(`a dimension of a tensor is ${size}`);
    });
  }

  texts(dims: readonly number[]): string[] | null {
    this.#expectCount(dims, 1, this.#strings.length);
    return this.#strings.includes(null) ? null : (this.#strings as string[]);
  }

  numbers(type: Exclude<TensorType, 'string'>, dims: readonly number[]): TensorData {
    const width = elementBytes[type];
    if (this.#raw !== null && this.#raw.length > 0) {
      if (this.#raw.length % width !== 0)
        damaged(`raw data of ${this.#raw.length} bytes is no whole number of ${type}`);
      this.#expectCount(dims, width, this.#raw.length / width);
      // A copy: a view would have to start at a multiple of the element's size.
      return arrayOver[type](this.#raw.slice().buffer as ArrayBuffer);
    }
    const list = this.#listOf(type);
    this.#expectCount(dims, width, list.length);
    return narrow(type, list.take());
  }

  #listOf(type: Exclude<TensorType, 'string'>): NumberList {
    if (type === 'float32') return this.#float;
    if (type === 'float64') return this.#double;
    if (type === 'int64') return this.#int64;
    return type === 'uint64' || type === 'uint32' ? this.#uint64 : this.#int32;
  }

  /** The shape must not claim more values, or fewer, than the file holds. */
  #expectCount(dims: readonly number[], width: number, found: number): void {
    const claimed = dims.reduce((product, size) => product * size, 1);
    if (claimed === found) return;
    const name = JSON.stringify(this.name);
    if (claimed * width > onnxLimits.bytesMax)
      throw tooLarge(`The tensor ${name} claims ${claimed} values, which is more than 2 GiB.`, `[${dims.join(', ')}]`);
    damaged(`the tensor ${name} of shape [${dims.join(', ')}] claims ${claimed} values and holds ${found}`);
  }
}

/** The small types stand as 32 or 64 bit integers in the typed lists. */
function narrow(type: Exclude<TensorType, 'string'>, buffer: ArrayBuffer): TensorData {
  switch (type) {
    case 'float16':
    case 'uint16':
      return Uint16Array.from(new Int32Array(buffer));
    case 'int16':
      return Int16Array.from(new Int32Array(buffer));
    case 'int8':
      return Int8Array.from(new Int32Array(buffer));
    case 'uint8':
    case 'bool':
      return Uint8Array.from(new Int32Array(buffer));
    case 'uint32':
      return Uint32Array.from(new BigUint64Array(buffer), (value) => Number(BigInt.asUintN(32, value)));
    default:
      return arrayOver[type](buffer);
  }
}
