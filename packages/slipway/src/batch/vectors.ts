import duckdb, { type Vector } from '@duckdb/node-bindings';

// The layer above hides the arrays of its vectors, so values travel here by the bindings themselves: each call copies
// a whole vector, in or out.

/** Buffers that this layer handed out and that are still in use. */
const lent: ArrayBuffer[] = [];

/**
 * Gives back the memory behind all arrays that were read so far: nobody may look at them any more. Left to the garbage
 * collector, which does not see how large they are, they would be most of the memory of a run.
 */
export function releaseArrays(): void {
  for (const buffer of lent) buffer.transfer(0);
  lent.length = 0;
}

/** Float64 values of a vector; where a value is null, the number is of no meaning. */
export function doublesOf(vector: Vector, rows: number): Float64Array {
  return new Float64Array(ownBuffer(duckdb.vector_get_data(vector, rows * 8)), 0, rows);
}

/** Int32 values of a vector. */
export function integersOf(vector: Vector, rows: number): Int32Array {
  return new Int32Array(ownBuffer(duckdb.vector_get_data(vector, rows * 4)), 0, rows);
}

/** One flag a row, 0 where the value is null; null where none is. */
export function presentOf(vector: Vector, rows: number): Uint8Array | null {
  const bits: Uint8Array | null = duckdb.vector_get_validity(vector, bitmapBytes(rows));
  if (bits === null || areOnes(bits, rows)) return null;
  const present = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) present[row] = ((bits[row >> 3] as number) >> (row & 7)) & 1;
  return present;
}

function areOnes(bits: Uint8Array, rows: number): boolean {
  const whole = rows >> 3;
  for (let at = 0; at < whole; at++) if (bits[at] !== 0xff) return false;
  const rest = (1 << (rows & 7)) - 1;
  return ((bits[whole] ?? 0) & rest) === rest;
}

/** DuckDB's `string_t`: four bytes of length, then up to twelve bytes of text, or a prefix and a pointer to the text. */
const stringBytes = 16;
const inlineBytesMax = 12;

/** Texts of a vector, null where the value is. */
export function textsOf(vector: Vector, rows: number): (string | null)[] {
  const texts = new Array<string | null>(rows);
  eachText(vector, rows, (text, row) => {
    texts[row] = text;
  });
  return texts;
}

/** Shows the texts of a vector one by one, in order: who needs none of them twice leaves less for later to clear up. */
export function eachText(vector: Vector, rows: number, visit: (text: string | null, row: number) => void): void {
  const present = presentOf(vector, rows);
  const buffer = ownBuffer(duckdb.vector_get_data(vector, rows * stringBytes));
  const data = Buffer.from(buffer);
  const words = new Uint32Array(buffer);
  let row = 0;
  while (row < rows) {
    const length = words[row * 4] as number;
    if (present !== null && present[row] === 0) visit(null, row++);
    else if (length <= inlineBytesMax) {
      const at = row * stringBytes + 4;
      visit(data.toString('utf8', at, at + length), row++);
    } else row = eachNeighbour(words, buffer, present, row, rows, visit);
  }
}

/** Texts closer than this are read together. */
const gapBytesMax = 8;

/**
 * Reads the text of a row by its pointer, and with it the texts of the rows behind it that lie next to it in memory:
 * a call of the binding costs more than a line of JSON. Lines of a file lie so, a line end apart. The few bytes between
 * two texts are on the page of one or the other, and so may be read. Answers the first row that was not read.
 */
function eachNeighbour(
  words: Uint32Array,
  buffer: ArrayBuffer,
  present: Uint8Array | null,
  first: number,
  rows: number,
  visit: (text: string, row: number) => void,
): number {
  const start = pointerOf(words, first);
  let end = start + (words[first * 4] as number);
  let next = first + 1;
  for (; next < rows; next++) {
    const length = words[next * 4] as number;
    if (length <= inlineBytesMax || (present !== null && present[next] === 0)) break;
    const gap = pointerOf(words, next) - end;
    if (gap < 0 || gap >= gapBytesMax) break;
    end += gap + length;
  }
  const bytes = duckdb.get_data_from_pointer(buffer, first * stringBytes + 8, end - start);
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let row = first; row < next; row++) {
    const at = pointerOf(words, row) - start;
    visit(data.toString('utf8', at, at + (words[row * 4] as number)), row);
  }
  return next;
}

/** Addresses have at most 48 bits, which a number holds. */
function pointerOf(words: Uint32Array, row: number): number {
  return (words[row * 4 + 2] as number) + 2 ** 32 * (words[row * 4 + 3] as number);
}

/** Fills a vector of the type that the array is of. */
export function fillVector(vector: Vector, values: Float32Array | Float64Array | Uint8Array): void {
  copyIn(vector, values);
}

/**
 * Puts texts into a vector; the other rows stay null. One buffer serves all calls: memory outside of JavaScript's heap,
 * asked for anew 2,048 rows after 2,048 rows, would keep the garbage collector busier than the model.
 */
export function fillTexts(vector: Vector, rows: number, texts: Iterable<readonly [row: number, text: string]>): void {
  const bits = new Uint8Array(bitmapBytes(rows));
  const long: (readonly [row: number, text: string])[] = [];
  let count = 0;
  for (const entry of texts) {
    const [row, text] = entry;
    if (!putInline(textScratch(rows), row * stringBytes, text)) long.push(entry);
    bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
    count += 1;
  }
  if (count > 0) copyIn(vector, textScratch(rows).subarray(0, rows * stringBytes));
  for (const [row, text] of long) duckdb.vector_assign_string_element(vector, row, text);
  setValidity(vector, bits);
}

let scratch = new Uint8Array(0);

function textScratch(rows: number): Uint8Array {
  if (scratch.length < rows * stringBytes) scratch = new Uint8Array(rows * stringBytes);
  return scratch;
}

/** Writes a short ASCII text as a `string_t`: a call of the binding for each would cost more than the model. */
function putInline(data: Uint8Array, at: number, text: string): boolean {
  const { length } = text;
  if (length > inlineBytesMax) return false;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return false;
    data[at + 4 + index] = code;
  }
  data.fill(0, at + 4 + length, at + stringBytes);
  data[at] = length;
  return true;
}

/** Makes the listed rows null and the others not. */
export function setNulls(vector: Vector, rows: number, nulls: readonly number[]): void {
  if (nulls.length === 0) return;
  const bits = new Uint8Array(bitmapBytes(rows)).fill(0xff);
  for (const row of nulls) bits[row >> 3] = (bits[row >> 3] as number) & ~(1 << (row & 7));
  setValidity(vector, bits);
}

function copyIn(vector: Vector, { buffer, byteOffset, byteLength }: ArrayBufferView): void {
  duckdb.copy_data_to_vector(vector, 0, buffer as ArrayBuffer, byteOffset, byteLength);
}

function setValidity(vector: Vector, bits: Uint8Array): void {
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, bits.buffer as ArrayBuffer, bits.byteOffset, bits.byteLength);
}

/** Validity comes in words of 64 rows. */
function bitmapBytes(rows: number): number {
  return Math.ceil(rows / 64) * 8;
}

/** The bytes in a buffer of their own, since typed arrays must start at a multiple of their size. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const buffer = (bytes.byteOffset === 0 ? bytes : new Uint8Array(bytes)).buffer as ArrayBuffer;
  lent.push(buffer);
  return buffer;
}
