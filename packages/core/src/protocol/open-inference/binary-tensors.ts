/// <reference lib="esnext.float16" />
import { assert } from '../../errors/index.ts';
import { type Datatype, datatypeBytes } from './datatypes.ts';
import { type TensorValues, tensorFault } from './tensor.ts';

/** Bytes as a body holds them: a view that may begin anywhere. */
export type Bytes = Uint8Array;

/**
 * Reads `count` elements out of exactly these bytes: little-endian, row-major, without padding; an element of BYTES is
 * its length in four bytes and then itself. Raises TENSOR_INVALID.
 */
export function readBinary(name: string, datatype: Datatype, count: number, bytes: Bytes): TensorValues {
  assert(isLittleEndian, 'this processor holds the low byte first, as the protocol does');
  if (datatype === 'BYTES') return readTexts(name, count, bytes);
  const size = datatypeBytes[datatype];
  if (bytes.length !== count * size) {
    const says = `${count} elements of ${datatype} take ${count * size} bytes`;
    throw tensorFault(name, `the data has ${bytes.length} bytes, but ${says}`);
  }
  const values = viewOf(datatype, aligned(bytes));
  if (datatype === 'BOOL') {
    const odd = (values as Uint8Array).findIndex((byte) => byte > 1);
    if (odd !== -1) throw tensorFault(name, `element ${odd} is ${values[odd]}, which is no BOOL: 0 or 1`);
  }
  return values;
}

/** The bytes of elements, as `readBinary` reads them. */
export function writeBinary(datatype: Datatype, values: TensorValues): Bytes {
  if (datatype === 'BYTES') return writeTexts(values as readonly string[]);
  if (datatype === 'FP16') return bytesOf(Float16Array.from(values as Float32Array));
  if (datatype === 'BF16') return bytesOf(toBrainFloats(values as Float32Array));
  return bytesOf(values as Float32Array);
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function viewOf(datatype: Exclude<Datatype, 'BYTES'>, buffer: ArrayBuffer): TensorValues {
  switch (datatype) {
    case 'BOOL':
    case 'UINT8':
      return new Uint8Array(buffer);
    case 'UINT16':
      return new Uint16Array(buffer);
    case 'UINT32':
      return new Uint32Array(buffer);
    case 'UINT64':
      return new BigUint64Array(buffer);
    case 'INT8':
      return new Int8Array(buffer);
    case 'INT16':
      return new Int16Array(buffer);
    case 'INT32':
      return new Int32Array(buffer);
    case 'INT64':
      return new BigInt64Array(buffer);
    case 'FP16':
      return Float32Array.from(new Float16Array(buffer));
    case 'BF16':
      return fromBrainFloats(new Uint16Array(buffer));
    case 'FP32':
      return new Float32Array(buffer);
    case 'FP64':
      return new Float64Array(buffer);
  }
}

/** A copy that begins at a multiple of every size: typed arrays demand it, and a body keeps to none. */
function aligned(bytes: Bytes): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}

function bytesOf(values: ArrayBufferView): Bytes {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A brain float is the upper half of a float32. */
function fromBrainFloats(halves: Uint16Array): Float32Array {
  const bits = Uint32Array.from(halves, (half) => half << 16);
  return new Float32Array(bits.buffer);
}

/** Rounded to the nearest, ties to even; a NaN stays one. */
function toBrainFloats(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.slice().buffer);
  return Uint16Array.from(bits, (word, at) => {
    if (Number.isNaN(values[at])) return (word >>> 16) | 0x40;
    return (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  });
}

const lengthBytes = 4;

function readTexts(name: string, count: number, bytes: Bytes): readonly string[] {
  // Before anything is made of that size: a shape is only a claim.
  if (count * lengthBytes > bytes.length) {
    throw tensorFault(name, `the data has ${bytes.length} bytes, too few for ${count} elements of BYTES`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = new Array<string>(count);
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + lengthBytes > bytes.length) throw tensorFault(name, `the data ends before element ${index}`);
    const length = view.getUint32(at, true);
    at += lengthBytes;
    if (length > bytes.length - at) {
      throw tensorFault(name, `element ${index} claims ${length} bytes, of which ${bytes.length - at} are there`);
    }
    texts[index] = readText(name, index, bytes.subarray(at, at + length));
    at += length;
  }
  if (at !== bytes.length) throw tensorFault(name, `${bytes.length - at} bytes follow its last element`);
  return texts;
}

/** The text of one element of BYTES. Raises TENSOR_INVALID where it is not UTF-8. */
export function readText(name: string, index: number, bytes: Bytes): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    const hint = 'Features of a contract are text: encode them as UTF-8.';
    throw tensorFault(name, `element ${index} is not UTF-8`, hint);
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8 = new TextEncoder();

function writeTexts(texts: readonly string[]): Bytes {
  const parts = texts.map((text) => utf8.encode(text));
  const size = parts.reduce((sum, part) => sum + lengthBytes + part.length, 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    bytes.set(part, at + lengthBytes);
    at += lengthBytes + part.length;
  }
  return bytes;
}
