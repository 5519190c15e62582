import { isUtf8 } from 'node:buffer';
import { fail } from '@slipway/core';
import { csvFields } from './csv-record.ts';
import type { BatchFile } from './file-format.ts';
import { readChunks } from './read-chunks.ts';
import { type RecordPlace, RecordScanner } from './record-scanner.ts';

/** A header beyond this is no header. */
const headerBytesMax = 1024 * 1024;

/**
 * Column names of a CSV file. A column without a name is called by its place, `column1`, as the output has to call it
 * something. Raises INPUT_EMPTY, INPUT_FORMAT, and INPUT_SCHEMA for a name that stands there twice.
 */
export async function readHeader(file: BatchFile): Promise<readonly string[]> {
  const bytes = await firstRecord(file);
  if (!isUtf8(bytes)) {
    throw fail('INPUT_FORMAT', {
      message: 'The header is not UTF-8 text.',
      where: `${file.path}:1`,
      hint: 'Save the file as UTF-8; spreadsheets call it "CSV UTF-8".',
    });
  }
  const names = csvFields(Buffer.from(bytes).toString('utf8')).map((name) => name ?? '');
  refuseDuplicates(file, names);
  return named(names);
}

async function firstRecord(file: BatchFile): Promise<Uint8Array> {
  let place: RecordPlace | null = null;
  const scanner = new RecordScanner('csv', (found) => {
    place ??= found;
  });
  const found = (): RecordPlace | null => place;
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readChunks(file)) {
    scanner.push(chunk);
    kept.push(new Uint8Array(chunk));
    size += chunk.length;
    if (found() !== null || size > headerBytesMax) break;
  }
  if (found() === null && size <= headerBytesMax) scanner.end();
  const header = found();
  if (header === null || header.end - header.start > headerBytesMax) throw noHeader(file, size);
  if (header.line !== 1) {
    throw fail('INPUT_FORMAT', {
      message: 'The first line is blank; a CSV file begins with its header.',
      where: `${file.path}:1`,
    });
  }
  return Buffer.concat(kept).subarray(header.start, header.end);
}

function noHeader(file: BatchFile, size: number): Error {
  if (size <= headerBytesMax)
    throw fail('INPUT_EMPTY', { message: 'The file is empty: it has no header.', where: file.path });
  return fail('INPUT_FORMAT', {
    message: `The header does not end within ${headerBytesMax} bytes.`,
    where: `${file.path}:1`,
    hint: 'Close the quote in it, or check that the file is CSV.',
  });
}

/** Names that differ in case only are one name to DuckDB, which would rename the second in the output. */
function refuseDuplicates(file: BatchFile, names: readonly string[]): void {
  const lower = names.map((name) => name.toLowerCase());
  const at = lower.findIndex((name, index) => name !== '' && lower.indexOf(name) !== index);
  if (at === -1) return;
  const [first, second] = [names[lower.indexOf(lower[at] as string)], names[at]].map((name) => JSON.stringify(name));
  throw fail('INPUT_SCHEMA', {
    message:
      first === second
        ? `The header has the column ${first} twice.`
        : `The header has columns that differ in case only: ${first} and ${second}.`,
    where: `${file.path}:1`,
    hint: 'Rename or remove one of them.',
    details: { duplicate: names[at] },
  });
}

function named(names: readonly string[]): readonly string[] {
  const taken = new Set(names);
  return names.map((name, index) => {
    if (name !== '') return name;
    let made = `column${index + 1}`;
    while (taken.has(made)) made += '_';
    taken.add(made);
    return made;
  });
}
