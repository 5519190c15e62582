import { corrupt } from '../import/document.ts';
import { readingLimits } from '../import/reading-limits.ts';

/** Deeper than any model of XGBoost (about 8) stands in itself. */
const depthMax = 64;

/**
 * Reads a document in Universal Binary JSON (draft 12, ubjson.org) as XGBoost writes it: big-endian, with lists of one
 * type as typed arrays. Lengths are believed only as far as the bytes that are left can hold them. Raises MODEL_FILE_CORRUPT with the offset.
 */
export function readUbjson(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.value(reader.marker(), 0);
  if (reader.at !== bytes.length) throw reader.bad(`${bytes.length - reader.at} bytes follow the end of the document.`);
  return value;
}

/** Bytes of one number, by its marker. */
const sizes: Readonly<Record<string, number>> = { i: 1, U: 1, I: 2, u: 2, l: 4, m: 4, L: 8, M: 8, d: 4, D: 8 };

/** Lists take no more memory than in the file; integers of 64 bits become numbers. */
const listTypes = {
  i: Int8Array,
  U: Uint8Array,
  I: Int16Array,
  u: Uint16Array,
  l: Int32Array,
  m: Uint32Array,
  L: Float64Array,
  M: Float64Array,
  d: Float32Array,
  D: Float64Array,
} as const;

class Reader {
  at = 0;
  #values = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  bad(message: string) {
    return corrupt(`byte ${this.at}`, message);
  }

  /** The next marker; no-ops are skipped. */
  marker(): string {
    for (;;) {
      const marker = String.fromCharCode(this.#bytes[this.#take(1)] ?? 0);
      if (marker !== 'N') return marker;
    }
  }

  value(marker: string, depth: number): unknown {
    this.#values += 1;
    if (this.#values > readingLimits.valuesMax)
      throw this.bad(`The file has more than ${readingLimits.valuesMax} values.`);
    if (depth > depthMax) throw this.bad(`Lists and objects stand more than ${depthMax} deep in one another.`);
    switch (marker) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#list(depth);
      case 'S':
      case 'H':
        return this.#text();
      case 'C':
        return String.fromCharCode(this.#bytes[this.#take(1)] ?? 0);
      case 'T':
        return true;
      case 'F':
        return false;
      case 'Z':
        return null;
      default:
        return this.#number(marker);
    }
  }

  #object(depth: number): object {
    const object: Record<string, unknown> = {};
    const count = this.#peek() === '#' ? this.#count() : null;
    for (let read = 0; count === null || read < count; read++) {
      if (count === null && this.#peek() === '}') {
        this.at += 1;
        break;
      }
      const name = this.#text();
      if (Object.hasOwn(object, name)) {
        throw this.bad(`The name ${JSON.stringify(name.slice(0, 50))} stands twice in one object.`);
      }
      const value = this.value(this.marker(), depth + 1);
      // Defined, not assigned: "__proto__" is a name like any other.
      Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
    }
    return object;
  }

  #list(depth: number): unknown {
    if (this.#peek() === '$') {
      this.at += 1;
      return this.#typed(this.marker());
    }
    const values: unknown[] = [];
    if (this.#peek() === '#') {
      const count = this.#count();
      // Each value takes a byte at least, so a false count runs out of bytes before it runs out of memory.
      while (values.length < count) values.push(this.value(this.marker(), depth + 1));
      return values;
    }
    for (let marker = this.marker(); marker !== ']'; marker = this.marker()) values.push(this.value(marker, depth + 1));
    return values;
  }

  #typed(type: string): unknown {
    const size = Object.hasOwn(listTypes, type) ? sizes[type] : undefined;
    if (size === undefined) throw this.bad(`A list of the type ${JSON.stringify(type)} is not read.`);
    if (this.#peek() !== '#') throw this.bad('A list of one type does not say its length.');
    const count = this.#count();
    if (count * size > this.#left()) throw this.bad(`A list of ${count} numbers does not fit into the file.`);
    const values = new listTypes[type as keyof typeof listTypes](count);
    for (let index = 0; index < count; index++) values[index] = this.#number(type);
    return values;
  }

  /** What stands behind `#`. */
  #count(): number {
    this.#take(1);
    const count = this.#number(this.marker());
    if (count < 0 || !Number.isSafeInteger(count)) throw this.bad(`The length ${count} is none.`);
    if (count > this.#left()) throw this.bad(`${count} values do not fit into the file.`);
    return count;
  }

  #text(): string {
    const length = this.#number(this.marker());
    if (!(length >= 0 && length <= this.#left()))
      throw this.bad(`A text of ${length} bytes does not fit into the file.`);
    const start = this.#take(length);
    return new TextDecoder().decode(this.#bytes.subarray(start, start + length));
  }

  #number(marker: string): number {
    const size = sizes[marker];
    if (size === undefined) throw this.bad(`The marker ${JSON.stringify(marker)} stands for no value.`);
    const at = this.#take(size);
    switch (marker) {
      case 'i':
        return this.#view.getInt8(at);
      case 'U':
        return this.#view.getUint8(at);
      case 'I':
        return this.#view.getInt16(at);
      case 'u':
        return this.#view.getUint16(at);
      case 'l':
        return this.#view.getInt32(at);
      case 'm':
        return this.#view.getUint32(at);
      case 'L':
        return Number(this.#view.getBigInt64(at));
      case 'M':
        return Number(this.#view.getBigUint64(at));
      case 'd':
        return this.#view.getFloat32(at);
      default:
        return this.#view.getFloat64(at);
    }
  }

  #peek(): string {
    return String.fromCharCode(this.#bytes[this.at] ?? 0);
  }

  #left(): number {
    return this.#bytes.length - this.at;
  }

  /** Steps over `count` bytes and answers where they begin. */
  #take(count: number): number {
    if (count > this.#left()) throw this.bad('The file ends in the middle of a value.');
    const start = this.at;
    this.at += count;
    return start;
  }
}
