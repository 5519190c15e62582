import { createHash } from 'node:crypto';
import type { BatchFile } from './file-format.ts';
import { readChunks } from './read-chunks.ts';
import { RecordScanner } from './record-scanner.ts';

/** What one look at the bytes of a file tells, independently of the query engine. */
export interface FileCount {
  /** `sha256:` and 64 hex digits, of the file as it lies on the disk. */
  readonly digest: string;
  readonly bytes: number;
  /** Records without the header of a CSV file; null for Parquet, whose footer tells. */
  readonly records: number | null;
  /** The first line that ends otherwise than the lines before it, or null. */
  readonly mixedLineEnd: number | null;
  /** The first line whose quotes are malformed, and the first where they are so twice in one record; or null. */
  readonly strayQuote: number | null;
  readonly strayTwice: number | null;
  /** The first line that ends inside quotes, or null. */
  readonly quotedBreak: number | null;
}

/** Hashes a file and counts its records in one pass. Tells as soon as a line is found that ends inside quotes. */
export async function countRecords(file: BatchFile, onQuotedBreak: () => void = () => {}): Promise<FileCount> {
  const hash = createHash('sha256');
  let bytes = 0;
  const onRaw = (chunk: Uint8Array) => {
    hash.update(chunk);
    bytes += chunk.length;
  };
  const scanner = file.format === 'parquet' ? null : new RecordScanner(file.format);
  let told = false;
  for await (const chunk of readChunks(file, onRaw)) {
    scanner?.push(chunk);
    if (told || scanner === null || scanner.quotedBreak === null) continue;
    told = true;
    onQuotedBreak();
  }
  scanner?.end();
  const headers = file.format === 'csv' ? 1 : 0;
  return {
    digest: `sha256:${hash.digest('hex')}`,
    bytes,
    records: scanner === null ? null : Math.max(0, scanner.records - headers),
    mixedLineEnd: scanner?.mixedLineEnd ?? null,
    strayQuote: scanner?.strayQuote ?? null,
    strayTwice: scanner?.strayTwice ?? null,
    quotedBreak: scanner?.quotedBreak ?? null,
  };
}
