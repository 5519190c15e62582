import { fail } from '@slipway/core';

export type FileFormat = 'csv' | 'parquet' | 'ndjson';

/** A file of a batch run, as its ending tells it. */
export interface BatchFile {
  readonly path: string;
  readonly format: FileFormat;
  readonly gzip: boolean;
}

const endings: Readonly<Record<string, FileFormat>> = {
  '.csv': 'csv',
  '.parquet': 'parquet',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

/** Reads the format from the ending: .csv, .ndjson and .jsonl (each also with .gz), .parquet. Raises INPUT_FORMAT. */
export function batchFile(path: string): BatchFile {
  const lower = path.toLowerCase();
  const gzip = lower.endsWith('.gz');
  const plain = gzip ? lower.slice(0, -'.gz'.length) : lower;
  const ending = Object.keys(endings).find((each) => plain.endsWith(each));
  const format = ending === undefined ? undefined : endings[ending];
  if (format === undefined || (gzip && format === 'parquet')) {
    throw fail('INPUT_FORMAT', {
      message: 'The format of the file is not known from its ending.',
      where: path,
      hint: 'Use .csv, .ndjson or .jsonl (each also with .gz), or .parquet.',
    });
  }
  return { path, format, gzip };
}
