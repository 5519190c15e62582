import type { FileFormat } from './file-format.ts';

/** What a run may use of the machine. */
export interface Resources {
  readonly threads: number;
  /** The query engine's own bound; the process around it takes about 110 MB more. */
  readonly memoryBytes: number;
}

export interface ResourceRequest {
  /** Threads that the machine, or the user, allows. */
  readonly threadsMax: number;
  readonly columns: number;
  readonly formats: readonly FileFormat[];
}

const memoryBytes = 400_000_000;
/** What DuckDB wants to hold of each column in each thread, to write rows in order while it reads on. */
const columnBytes = 4 * 1024 * 1024;
/** The part of its memory that DuckDB gives to one such writer; with less, its threads wait for each other. */
const writerShare = 0.48;
/** Parquet is written in row groups of 122,880 rows a thread: with more columns two of them pass 400 MB. */
const parquetColumnsMax = 12;

/** As many threads as keep the whole run under 400 MB, whatever the size of the file. */
export function planResources({ threadsMax, columns, formats }: ResourceRequest): Resources {
  const fitting = Math.floor((writerShare * memoryBytes) / (columnBytes * columns));
  const wideParquet = formats.includes('parquet') && columns > parquetColumnsMax;
  return { threads: Math.max(1, Math.min(threadsMax, wideParquet ? 1 : fitting)), memoryBytes };
}
