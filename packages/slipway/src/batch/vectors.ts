import duckdb, { type Vector } from '@duckdb/node-bindings';

// The layer above hides the arrays of its vectors, so values travel here by the bindings themselves: each call copies
// a whole vector, in or out.

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
  if (bits === null) return null;
  const present = new Uint8Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const flag = ((bits[row >> 3] as number) >> (row & 7)) & 1;
    present[row] = flag;
    count += flag;
  }
  return count === rows ? null : present;
}

/** DuckDB's `string_t`: four bytes of length, then up to twelve bytes of text, or a prefix and a pointer to the text. */
const stringBytes = 16;
const inlineBytesMax = 12;

/** Texts of a vector, null where the value is. */
export function textsOf(vector: Vector, rows: number): (string | null)[] {
  const present = presentOf(vector, rows);
  const data = Buffer.from(ownBuffer(duckdb.vector_get_data(vector, rows * stringBytes)));
  return Array.from({ length: rows }, (_, row) => {
    if (present !== null && present[row] === 0) return null;
    const at = row * stringBytes;
    const length = data.readUInt32LE(at);
    if (length <= inlineBytesMax) return data.toString('utf8', at + 4, at + 4 + length);
    const bytes = duckdb.get_data_from_pointer(data.buffer, data.byteOffset + at + 8, length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('utf8');
  });
}

/** Fills a vector of the type that the array is of. */
export function fillVector(vector: Vector, values: Float32Array | Float64Array | Uint8Array): void {
  duckdb.copy_data_to_vector(vector, 0, values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
}

/** Puts texts into a vector; the other rows stay null. */
export function fillTexts(vector: Vector, rows: number, texts: Iterable<readonly [row: number, text: string]>): void {
  const bits = new Uint8Array(bitmapBytes(rows));
  for (const [row, text] of texts) {
    duckdb.vector_assign_string_element(vector, row, text);
    bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
  }
  setValidity(vector, bits);
}

/** Makes the listed rows null and the others not. */
export function setNulls(vector: Vector, rows: number, nulls: readonly number[]): void {
  if (nulls.length === 0) return;
  const bits = new Uint8Array(bitmapBytes(rows)).fill(0xff);
  for (const row of nulls) bits[row >> 3] = (bits[row >> 3] as number) & ~(1 << (row & 7));
  setValidity(vector, bits);
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
  if (bytes.byteOffset === 0) return bytes.buffer as ArrayBuffer;
  return bytes.slice().buffer as ArrayBuffer;
}
