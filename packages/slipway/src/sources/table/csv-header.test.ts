import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSlipwayError } from '@slipway/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCsvHeader } from './csv-header.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-header-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function headerOf(text: string) {
  const path = join(folder, 'data.csv');
  await writeFile(path, text);
  return readCsvHeader(path);
}

async function refusal(text: string) {
  return headerOf(text).then(
    () => null,
    (error: unknown) => (isSlipwayError(error) ? `${error.code}: ${error.message}` : error),
  );
}

test.each([
  ['a,b\n1,2\n', ['a', 'b'], '\n'],
  ['a,b\r\n1,2\r\n', ['a', 'b'], '\r\n'],
  ['a,b\r1,2\r', ['a', 'b'], '\r'],
  ['a,b', ['a', 'b'], '\n'],
  ['\ufeffa,b\n', ['a', 'b'], '\n'],
  ['"a, b","c ""d""","e\nf"\n', ['a, b', 'c "d"', 'e\nf'], '\n'],
  ['only\n', ['only'], '\n'],
])('the header of %j is read by the rules of CSV', async (text, names, newLine) => {
  expect(await headerOf(text)).toEqual({ names, newLine });
});

test.each([
  ['', 'INPUT_EMPTY: The file has no header.'],
  ['\n\n', 'INPUT_EMPTY: The file has no header.'],
  ['a,,c\n', 'TRAINING_DATA: Column 2 has no name.'],
  ['a,\n', 'TRAINING_DATA: Column 2 has no name.'],
  ['a,b,A\n', 'TRAINING_DATA: The column "A" is there twice.'],
  ['a;b\n1;2\n', 'TRAINING_DATA: The header has one column, "a;b".'],
  ['a,"b\n1,2\n', 'TRAINING_DATA: The header is not a CSV record.'],
])('the header of %j is refused', async (text, message) => {
  expect(await refusal(text)).toBe(message);
});

test('a path without a file, or of a folder, is not found', async () => {
  await expect(readCsvHeader(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
  await expect(readCsvHeader(folder)).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
});
