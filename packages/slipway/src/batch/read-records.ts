import { readChunks } from './read-chunks.ts';
import { type RecordPlace, RecordScanner } from './record-scanner.ts';

export interface TextFile {
  readonly path: string;
  readonly format: 'csv' | 'ndjson';
  readonly gzip: boolean;
}

/** Called for each record in order. `bytesOf` answers its bytes without the line end, while the call lasts. */
export type OnRecord = (place: RecordPlace, bytesOf: (place: RecordPlace) => Uint8Array) => void;

export interface ReadRecordsOptions {
  /** Bytes of a record that are kept. */
  readonly bytesMax: number;
  readonly onRecord: OnRecord;
  /** Called between chunks; may raise, to stop. */
  readonly between: () => void;
}

/** Goes through the records of a text file; the header of a CSV file is the first of them. */
export async function readRecords(file: TextFile, options: ReadRecordsOptions): Promise<void> {
  const { bytesMax, onRecord, between } = options;
  let chunk: Uint8Array = new Uint8Array(0);
  let base = 0;
  // The start of the record that began in an earlier chunk.
  let kept: Uint8Array = new Uint8Array(0);
  const bytesOf = ({ start, end }: RecordPlace): Uint8Array => {
    const size = Math.min(end - start, bytesMax);
    if (start >= base) return chunk.subarray(start - base, start - base + size);
    if (kept.length >= size) return kept.subarray(0, size);
    return Buffer.concat([kept, chunk.subarray(0, start + size - base)]);
  };
  const scanner = new RecordScanner(file.format, (place) => onRecord(place, bytesOf));
  for await (const next of readChunks(file)) {
    chunk = next;
    scanner.push(chunk);
    const open = scanner.openStart - base;
    if (open >= 0) kept = new Uint8Array(chunk.subarray(open, open + bytesMax));
    else if (kept.length < bytesMax) kept = Buffer.concat([kept, chunk]).subarray(0, bytesMax);
    base += chunk.length;
    chunk = chunk.subarray(0, 0);
    between();
  }
  scanner.end();
}
