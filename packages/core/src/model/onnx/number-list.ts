import { BinaryReader } from '@bufbuild/protobuf/wire';
import { damaged, WireType } from './wire.ts';

/** How the elements of a repeated field stand on the wire. */
export type ListForm = 'float' | 'double' | 'varint32' | 'varint64';

const fixedWire = {
  float: WireType.Bit32,
  double: WireType.Bit64,
  varint32: WireType.Varint,
  varint64: WireType.Varint,
};
const elementBytes = { float: 4, double: 8, varint32: 4, varint64: 8 };

// Shared by all lists that are empty, as most are: buffers cost the garbage collector more than objects do.
const noBytes = new Uint8Array(0);
const noView = new DataView(noBytes.buffer);

/**
 * The numbers of one repeated field, packed or not, as the little-endian bytes of a typed array. Grows by doubling with
 * what is read, never by what the file announces.
 */
export class NumberList {
  readonly #form: ListForm;
  #bytes = noBytes;
  #view = noView;
  #end = 0;

  constructor(form: ListForm) {
    this.#form = form;
  }

  get length(): number {
    return this.#end / elementBytes[this.#form];
  }

  /** Reads one occurrence of the field: a packed run of elements, or one element. */
  read(reader: BinaryReader, wire: WireType): true {
    if (wire === fixedWire[this.#form]) this.#element(reader);
    else if (wire === WireType.LengthDelimited) this.#packed(reader.bytes());
    else damaged(`a list of numbers has wire type ${wire}`);
    return true;
  }

  /** The elements as the buffer of a typed array of exactly their length. */
  take(): ArrayBuffer {
    return this.#bytes.buffer.slice(0, this.#end);
  }

  #packed(bytes: Uint8Array): void {
    if (this.#form === 'float' || this.#form === 'double') {
      if (bytes.length % elementBytes[this.#form] !== 0) damaged('a list of numbers ends in the middle of one');
      this.#reserve(bytes.length);
      this.#bytes.set(bytes, this.#end);
      this.#end += bytes.length;
      return;
    }
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) this.#element(reader);
  }

  #element(reader: BinaryReader): void {
    const width = elementBytes[this.#form];
    this.#reserve(width);
    const at = this.#end;
    if (this.#form === 'float') this.#view.setUint32(at, reader.fixed32(), true);
    else if (this.#form === 'double') this.#view.setFloat64(at, reader.double(), true);
    else if (this.#form === 'varint32') this.#view.setInt32(at, reader.int32(), true);
    else this.#view.setBigInt64(at, BigInt(reader.int64()), true);
    this.#end = at + width;
  }

  #reserve(more: number): void {
    if (this.#end + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(64, this.#end + more, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
