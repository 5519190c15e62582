import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTable, type TrainingTable } from './open-table.ts';

let folder: string;
const opened: TrainingTable[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-table-'));
});
afterEach(() => {
  for (const table of opened.splice(0)) table.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tableOf(text: string): Promise<TrainingTable> {
  const path = join(folder, "data 'one'.csv");
  await writeFile(path, text);
  const table = await openTable(path);
  opened.push(table);
  return table;
}

test('columns are told apart by all of their values', async () => {
  const table = await tableOf(
    'n,i,b,t,e,mixed\n1.5,1,true,x,,1\n-2e3,2,FALSE,y,,two\n.5,-30,True,"",,3\n1,9007199254740993,,z,,4\n',
  );
  expect(table.rows).toBe(4);
  expect(table.columns.map(({ name, kind, filled }) => [name, kind, filled])).toEqual([
    ['n', 'number', 4],
    ['i', 'number', 4],
    ['b', 'boolean', 3],
    ['t', 'text', 3],
    ['e', 'empty', 0],
    ['mixed', 'text', 4],
  ]);
  expect(table.columns[5].numeric).toBe(3);
  expect(await table.firstOddValue('mixed')).toEqual({ row: 1, text: 'two' });
  expect(await table.firstOddValue('n')).toBeNull();
});

test('NaN, infinity and figures with an underscore are no numbers', async () => {
  const table = await tableOf('a,b,c\nnan,inf,1_000\n');
  expect(table.columns.map(({ kind }) => kind)).toEqual(['text', 'text', 'text']);
});

test('numbers come as float64, true as 1, and a missing value as NaN', async () => {
  const table = await tableOf('n,b\n0.1,true\n,FALSE\n" 7 ",\n');
  expect(await table.numbers(['n', 'b'])).toEqual([
    Float64Array.of(0.1, Number.NaN, 7),
    Float64Array.of(1, 0, Number.NaN),
  ]);
});

test('chosen rows are given and copied in the order of the file, text as it was', async () => {
  const text = 'id,"odd ""name"""\n007,"a, ""b""\nc"\n008,\n009,""\n';
  const table = await tableOf(text);
  expect(await table.texts(['odd "name"', 'id'], [2, 0])).toEqual([
    ['a, "b"\nc', '007'],
    ['', '009'],
  ]);
  expect(await table.texts([], [1])).toEqual([[]]);
  const copy = join(folder, 'copy.csv');
  await table.copyRows([2, 1, 0], copy, { name: 'id', positive: null });
  expect(await readFile(copy, 'utf8')).toBe(text);
});

test('the values of a column are told, matched, and written as 1 and 0 where they are the label', async () => {
  const table = await tableOf('id,y\n1, no\n2,\n3,yes\n4,"it\'s"\n');
  expect(await table.values('y', 2)).toEqual(["it's", 'no']);
  expect(await table.matches('y', 'no')).toEqual(Float64Array.of(1, Number.NaN, 0, 0));
  expect(await table.matches('y', "it's")).toEqual(Float64Array.of(0, Number.NaN, 0, 1));
  const copy = join(folder, 'copy.csv');
  await table.copyRows([0, 1, 2], copy, { name: 'y', positive: 'yes' });
  expect(await readFile(copy, 'utf8')).toBe('id,y\n1,0\n2,\n3,1\n');
});

test('a byte order mark, lines ending in CRLF and newlines in quotes are read', async () => {
  const table = await tableOf('\ufeffa,b\r\n1,"x\r\ny"\r\n2,z\r\n');
  expect(table.columns.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(await table.texts(['b'], [0, 1])).toEqual([['x\r\ny'], ['z']]);
});

test('a header without rows is a table without rows', async () => {
  expect(await tableOf('a,b\n')).toMatchObject({ rows: 0, columns: [{ kind: 'empty' }, { kind: 'empty' }] });
});

test('three hundred columns are read', async () => {
  const names = Array.from({ length: 300 }, (_, column) => `c${column}`);
  const table = await tableOf(`${names.join(',')}\n${names.map((_, column) => column).join(',')}\n`);
  expect(table.columns.every(({ kind }) => kind === 'integer')).toBe(true);
  expect((await table.numbers(['c299']))[0][0]).toBe(299);
});

test.each([
  ['a,b\n1,2\n3\n', /CSV Error on Line: 3; Original Line: 3; Expected Number of Columns: 2 Found: 1$/],
  ['a,b\n1,2,3\n', /Line: 2;.*Expected Number of Columns: 2 Found: 3$/],
  ['a,b\n1,"x\n', /unterminated quote/],
])('a file that is no CSV is refused with the line: %j', async (text, message) => {
  await expect(tableOf(text)).rejects.toMatchObject({ code: 'TRAINING_DATA', message: expect.stringMatching(message) });
});

test('bytes that are no UTF-8 are refused', async () => {
  const path = join(folder, 'latin.csv');
  await writeFile(path, Uint8Array.of(0x61, 0x0a, 0xff, 0x0a));
  await expect(openTable(path)).rejects.toMatchObject({ message: expect.stringMatching(/not utf-8/) });
});
