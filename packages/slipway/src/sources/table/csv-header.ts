import { open } from 'node:fs/promises';
import { fail } from '@slipway/core';

/** The first record of a CSV file. */
export interface CsvHeader {
  readonly names: readonly string[];
  readonly newLine: '\n' | '\r\n' | '\r';
}

const headerBytesMax = 1_000_000;

/**
 * Reads the header of a comma-separated file, without guessing: the query engine's own guess may take a row for the
 * header when a file is ragged. Raises INPUT_NOT_FOUND, INPUT_EMPTY, TRAINING_DATA.
 */
export async function readCsvHeader(path: string): Promise<CsvHeader> {
  const text = await readStart(path);
  if (text.trim() === '') throw fail('INPUT_EMPTY', { message: 'The file has no header.', where: path });
  const { names, end } = readRecord(text);
  const newLine = text.startsWith('\r\n', end) ? '\r\n' : text[end] === '\r' ? '\r' : '\n';
  const header: CsvHeader = { names, newLine };
  checkNames(header, path);
  return header;
}

async function readStart(path: string): Promise<string> {
  const file = await open(path).catch((cause: unknown) => {
    throw fail('INPUT_NOT_FOUND', { message: 'There is no file at this path.', where: path, cause });
  });
  try {
    const buffer = new Uint8Array(headerBytesMax);
    const { bytesRead } = await file.read(buffer, 0, headerBytesMax, 0);
    // TextDecoder drops a byte order mark.
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } catch (cause) {
    throw fail('INPUT_NOT_FOUND', { message: 'The path cannot be read as a file.', where: path, cause });
  } finally {
    await file.close();
  }
}

/** The fields of the record at the start of `text`, and where the record ends. */
function readRecord(text: string): { names: string[]; end: number } {
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n"]*))([,\r\n]|$)/y;
  const names: string[] = [];
  for (;;) {
    const found = field.exec(text);
    if (found === null) return { names: [], end: 0 };
    names.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    if (found[3] !== ',') return { names, end: field.lastIndex - found[3].length };
  }
}

function checkNames({ names }: CsvHeader, path: string): void {
  const bad = (message: string, hint: string) => fail('TRAINING_DATA', { message, where: `${path}:1`, hint });
  if (names.length === 0) throw bad('The header is not a CSV record.', 'Check the quotes of the first line.');
  if (names.length === 1 && /[;\t]/.test(names[0])) {
    throw bad(`The header has one column, ${JSON.stringify(names[0])}.`, 'Separate the columns with commas.');
  }
  const empty = names.findIndex((name) => name.trim() === '');
  if (empty >= 0) throw bad(`Column ${empty + 1} has no name.`, 'Give each column a name in the first line.');
  // The query engine takes names that differ in case only as one.
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) throw bad(`The column ${JSON.stringify(name)} is there twice.`, 'Rename one.');
    seen.add(name.toLowerCase());
  }
}
