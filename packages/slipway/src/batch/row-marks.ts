/** Marks on rows that are numbered from 0: one bit a row, so that ten million rows take little more than a megabyte. */
export class RowMarks {
  /** Rows so far, marked or not. */
  rows = 0;
  /** Rows that are marked. */
  marked = 0;
  private bits = new Uint8Array(1024);

  /** Adds the next `rows` rows, of which those in `marked` (from 0 within them) are marked. */
  append(rows: number, marked: readonly number[]): void {
    const base = this.rows;
    this.rows += rows;
    this.marked += marked.length;
    this.reserve(Math.ceil(this.rows / 8));
    for (const row of marked) {
      const at = base + row;
      const byte = Math.floor(at / 8);
      this.bits[byte] = (this.bits[byte] as number) | (1 << (at & 7));
    }
  }

  has(row: number): boolean {
    return row < this.rows && (((this.bits[Math.floor(row / 8)] as number) >> (row & 7)) & 1) === 1;
  }

  private reserve(bytes: number): void {
    if (bytes <= this.bits.length) return;
    const grown = new Uint8Array(Math.max(bytes, 2 * this.bits.length));
    grown.set(this.bits);
    this.bits = grown;
  }
}
