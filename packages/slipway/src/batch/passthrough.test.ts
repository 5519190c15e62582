import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import { csvFields } from './csv-record.ts';
import { openCase } from './fixtures/batch-case.ts';

const here = await openCase();
afterAll(() => here.close());

const duckdb = await (await DuckDBInstance.create()).connect();
const rowsOf = async (from: string) => (await duckdb.runAndReadAll(`SELECT * FROM ${from}`)).getRowsJson();

/** Fields that lose something in a reader that guesses types. */
const fragile = [
  ['big', '12345678901234567890123'],
  ['decimal', '0.10000000000000000000001'],
  ['zeros', '007'],
  ['trailing', '1.50'],
  ['time', '2026-11-24T08:00:00.123456789+01:00'],
  ['quoted', '"a ""b"", c"'],
  ['lines', '"first\nsecond"'],
  ['empty', ''],
  ['nothing', '""'],
  ['spaces', '  x  '],
  ['null', 'NULL'],
  ['word', 'true'],
  ['hash', '#x'],
  ['accent', 'é😀'],
] as const;

test('CSV to CSV changes no value of a column that passes through, also not of a feature', async () => {
  const names = fragile.map(([name]) => name);
  const values = fragile.map(([, value]) => value);
  const line = `7.50,${values.join(',')},080`;
  here.write('fragile.csv', `hours_studied,${names.join(',')},quiz_score\n${line}\n${line}\n`);
  await here.run('fragile.csv', 'out.csv');
  const written = here.read('out.csv');
  expect(written.startsWith(`hours_studied,${names.join(',')},quiz_score,risk_score,needs_support\n`)).toBe(true);
  const scored = csvFields(written.slice(written.indexOf('\n') + 1, -1)).slice(0, names.length + 2);
  expect(scored).toEqual(csvFields(line));
});

test.each([
  ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
  ['a byte order mark', (text: string) => `\ufeff${text}`],
  ['no line end at its end', (text: string) => text.slice(0, -1)],
  ['blank lines', (text: string) => text.replaceAll('\n', '\n\n')],
])('a CSV file with %s is read like any other', async (_, change) => {
  here.write('plain.csv', 'learner_id,hours_studied,quiz_score\na,1,50\nb,2,60\n');
  await here.run('plain.csv', 'plain-out.csv');
  here.write('changed.csv', change(here.read('plain.csv')));
  const record = await here.run('changed.csv', 'changed-out.csv');
  expect(record.counts.rows_read).toBe(2);
  expect(here.read('changed-out.csv')).toBe(here.read('plain-out.csv'));
});

test('line breaks inside quotes are read in order, also where DuckDB would guess wrong in parallel', async () => {
  // 24 MB in 4 MB buffers, whose quoted fields look like rows of the file.
  const inner = Array.from({ length: 400 }, (_, at) => `${at},1,50`).join('\n');
  const lines = Array.from({ length: 6000 }, (_, at) => `"${inner}",${at % 40},50\n`);
  here.write('lines.csv', `note,hours_studied,quiz_score\n${lines.join('')}`);
  const record = await here.run('lines.csv', 'lines-out.parquet');
  expect(record.counts).toMatchObject({ rows_read: 6000, rows_scored: 6000 });
  const [row] = await rowsOf(
    `(SELECT count(*) AS rows, count(DISTINCT note) AS notes FROM '${here.path('lines-out.parquet')}')`,
  );
  expect(row).toEqual(['6000', '1']);
});

test('a file with header only gives an output with header only', async () => {
  here.write('header.csv', 'learner_id,hours_studied,quiz_score\n');
  const record = await here.run('header.csv', 'header-out.csv');
  expect(record.counts.rows_read).toBe(0);
  expect(here.read('header-out.csv')).toBe('learner_id,hours_studied,quiz_score,risk_score,needs_support\n');
});

test('a file of 300 columns passes through whole', async () => {
  const names = Array.from({ length: 298 }, (_, at) => `c ${at}`);
  const row = names.map((_, at) => `v${at}`).join(',');
  here.write('wide.csv', `${names.join(',')},quiz_score,hours_studied\n${`${row},50,1\n`.repeat(50)}`);
  await here.run('wide.csv', 'wide-out.csv');
  const lines = here.read('wide-out.csv').trimEnd().split('\n');
  expect(lines.length).toBe(51);
  for (const line of lines.slice(1)) expect(line.startsWith(`${row},50,1,`)).toBe(true);
});

test('names of columns may hold anything; one without a name is called by its place', async () => {
  here.write('names.csv', `,"say ""hi"", you",select,'; DROP,hours_studied,quiz_score\n1,2,3,4,5,6\n`);
  await here.run('names.csv', 'names-out.csv');
  expect(here.read('names-out.csv')).toMatch(
    /^column1,"say ""hi"", you",select,'; DROP,hours_studied,quiz_score,risk_score,needs_support\n1,2,3,4,5,6,/,
  );
});

test('Parquet columns keep their types', async () => {
  const values = `9007199254740993::BIGINT AS big, 123456789012345678.123::DECIMAL(38, 3) AS decimal, DATE '2026-11-24' AS day,
    TIMESTAMP '2026-11-24 08:00:00.123456' AS time, [1, 2] AS list, NULL::VARCHAR AS nothing, '' AS empty, 'nan'::DOUBLE AS odd,
    5::TINYINT AS hours_studied, 50.5::DECIMAL(5, 2) AS quiz_score`;
  await duckdb.run(`COPY (SELECT ${values}) TO '${here.path('typed.parquet')}'`);
  await here.run('typed.parquet', 'typed-out.parquet');
  const before = await rowsOf(`'${here.path('typed.parquet')}'`);
  expect(
    await rowsOf(`(SELECT * EXCLUDE (risk_score, needs_support) FROM '${here.path('typed-out.parquet')}')`),
  ).toEqual(before);
  await here.run('typed.parquet', 'typed-out.ndjson');
  expect(JSON.parse(here.read('typed-out.ndjson'))).toMatchObject({
    day: '2026-11-24',
    list: [1, 2],
    nothing: null,
    empty: '',
    odd: 'nan',
  });
  expect(here.read('typed-out.ndjson')).toContain('"big":9007199254740993,"decimal":123456789012345678.123,');
});

test('CSV to Parquet gives features the type of the contract, and the rest text', async () => {
  here.write('types.csv', 'learner_id,hours_studied,quiz_score,extra\n007,1,50,1.50\n');
  await here.run('types.csv', 'types-out.parquet');
  const types = await duckdb.runAndReadAll(`DESCRIBE SELECT * FROM '${here.path('types-out.parquet')}'`);
  expect(types.getRows().map(([name, type]) => `${name} ${type}`)).toEqual([
    'learner_id VARCHAR',
    'hours_studied DOUBLE',
    'quiz_score DOUBLE',
    'extra VARCHAR',
    'risk_score FLOAT',
    'needs_support BOOLEAN',
  ]);
});

test('an NDJSON object keeps its text, and the outputs stand behind it', async () => {
  const own = [
    '{ "quiz_score": 5.0e1, "hours_studied":1, "n": 12345678901234567890123, "deep": {"a":[1,{}]} }',
    '{"hours_studied":2,"quiz_score":60,"t":"a\\u00e9}"}\t',
  ];
  here.write('objects.ndjson', `${own.join('\n')}\n`);
  await here.run('objects.ndjson', 'objects-out.ndjson');
  const lines = here.read('objects-out.ndjson').trimEnd().split('\n');
  expect(lines[0]).toMatch(
    /^\{ "quiz_score": 5\.0e1, "hours_studied":1, "n": 12345678901234567890123, "deep": \{"a":\[1,\{\}\]\},"risk_score":0\.\d+,"needs_support":(true|false)\}$/,
  );
  expect(lines[1]).toMatch(/^\{"hours_studied":2,"quiz_score":60,"t":"a\\u00e9\}","risk_score":/);
});

test('NDJSON to CSV takes every key of every object, in the order in which they first stand', async () => {
  here.write(
    'keys.ndjson',
    '{"b":"x","hours_studied":1,"quiz_score":50}\n{"quiz_score":60,"hours_studied":2,"late/~key":[1]}\n',
  );
  await here.run('keys.ndjson', 'keys-out.csv');
  const [header, first, second] = here.read('keys-out.csv').trimEnd().split('\n');
  expect(header).toBe('b,hours_studied,quiz_score,late/~key,risk_score,needs_support');
  expect(csvFields(first as string).slice(0, 4)).toEqual(['x', '1', '50', null]);
  expect(csvFields(second as string).slice(0, 4)).toEqual([null, '2', '60', '[1]']);
});
