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
  /** Columns of the output. */
  readonly columns: number;
  readonly formats: readonly FileFormat[];
  /** Whether rows are put in another order than that of the input. */
  readonly sorts: boolean;
}

const memoryBytesMin = 64_000_000;
const memoryBytesMax = 400_000_000;
/** To sort with: what does not fit is put on the disk, which takes memory beside it that DuckDB does not count. */
const sortingBytes = 150_000_000;
/** What DuckDB wants to hold of each column in each thread, to write rows in order while it reads on. */
const columnBytes = 4 * 1024 * 1024;
/** The part of its memory that DuckDB gives to one such writer; with less, its threads wait for each other. */
const writerShare = 0.48;
/** Parquet is written in row groups of 122,880 rows a thread: with more columns two of them pass 400 MB. */
const parquetColumnsMax = 12;

/**
 * As many threads as keep the whole run under 400 MB, whatever the size of the file, and no more memory than they can
 * use: what is allowed is filled as soon as one thread lags behind the others.
 */
export function planResources({ threadsMax, columns, formats, sorts }: ResourceRequest): Resources {
  // Rows are numbered one after the other before they are sorted: further threads would only hold more of them.
  if (sorts) return { threads: 1, memoryBytes: sortingBytes };
  const threadBytes = (columnBytes * columns) / writerShare;
  const wideParquet = formats.includes('parquet') && columns > parquetColumnsMax;
  const fitting = wideParquet ? 1 : Math.floor(memoryBytesMax / threadBytes);
  const threads = Math.max(1, Math.min(threadsMax, fitting));
  const useful = Math.round(1.1 * threads * threadBytes);
  return { threads, memoryBytes: Math.min(memoryBytesMax, Math.max(memoryBytesMin, useful)) };
}
