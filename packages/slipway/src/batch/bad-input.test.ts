import { linkSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { learnerLaunch, memorySink } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';
import { openCase } from './fixtures/batch-case.ts';

const here = await openCase();
afterAll(() => here.close());

const duckdb = await (await DuckDBInstance.create()).connect();

/** The error of a run that must fail, after checking that it left nothing behind. */
async function failure(input: string, output: string, options = {}): Promise<Record<string, unknown>> {
  const thrown = await here.run(input, output, options).then(
    () => null,
    (error) => error,
  );
  expect(thrown).not.toBeNull();
  expect(here.leftovers()).toEqual([]);
  expect(here.has(`${output}.run.json`)).toBe(false);
  return thrown;
}

const head = 'learner_id,hours_studied,quiz_score\n';

function cutGzip(text: string): Buffer {
  return gzipSync(text).subarray(0, -12);
}

test.each([
  ['an empty file', 'empty.csv', '', 'INPUT_EMPTY', /empty/, /empty\.csv$/],
  [
    'a column that is misspelt',
    'spelt.csv',
    'hours_studed,quiz_score\n1,2\n',
    'INPUT_SCHEMA',
    /"hours_studied" is missing; did you mean "hours_studed"\?/,
    /spelt\.csv$/,
  ],
  [
    'no column of the contract',
    'none.csv',
    'a,b\n1,2\n',
    'INPUT_SCHEMA',
    /"hours_studied" is missing.*"quiz_score" is missing/,
    /none\.csv$/,
  ],
  [
    'a column twice',
    'twice.csv',
    'hours_studied,quiz_score,a,a\n1,2,3,4\n',
    'INPUT_SCHEMA',
    /the column "a" twice/,
    /twice\.csv:1$/,
  ],
  [
    'columns that differ in case only',
    'case.csv',
    'hours_studied,quiz_score,ID,id\n1,2,3,4\n',
    'INPUT_SCHEMA',
    /differ in case only: "ID" and "id"/,
    /case\.csv:1$/,
  ],
  [
    'a column that the model writes',
    'again.csv',
    `${head.trimEnd()},risk_score\na,1,2,0.5\n`,
    'INPUT_SCHEMA',
    /"risk_score" already/,
    /again\.csv$/,
  ],
  ['a blank first line', 'blank.csv', `\n${head}a,1,2\n`, 'INPUT_FORMAT', /first line is blank/, /blank\.csv:1$/],
  [
    'a header that is not UTF-8',
    'latin.csv',
    Buffer.from([0x68, 0xe9, 0x0a]),
    'INPUT_FORMAT',
    /not UTF-8/,
    /latin\.csv:1$/,
  ],
  [
    'line ends of two kinds',
    'mixed.csv',
    `${head}a,1,2\r\nb,1,2\n`,
    'INPUT_FORMAT',
    /Line 2 ends otherwise/,
    /mixed\.csv:2$/,
  ],
  [
    'two stray quotes in one record',
    'stray.csv',
    `${head}"a"b,"c"d,2\n`,
    'INPUT_FORMAT',
    /not clear where records end/,
    /stray\.csv:2$/,
  ],
  ['a format that nobody knows', 'in.xlsx', 'x', 'INPUT_FORMAT', /not known from its ending/, /in\.xlsx$/],
  ['what is no Parquet', 'text.parquet', 'PAR1 but text', 'INPUT_FORMAT', /not Parquet/, /text\.parquet$/],
  ['what is no gzip', 'plain.csv.gz', `${head}a,1,2\n`, 'INPUT_FORMAT', /is not gzip/, /plain\.csv\.gz$/],
  [
    'what is no gzip, line by line',
    'plain.ndjson.gz',
    '{"a":1}\n',
    'INPUT_FORMAT',
    /is not gzip/,
    /plain\.ndjson\.gz$/,
  ],
  [
    'gzip that is cut short',
    'cut.csv.gz',
    cutGzip(`${head}${'a,1,2\n'.repeat(100)}`),
    'INPUT_FORMAT',
    /cut short/,
    /cut\.csv\.gz$/,
  ],
  [
    'gzip that is cut short, line by line',
    'cut.ndjson.gz',
    cutGzip('{"a":1}\n'.repeat(100)),
    'INPUT_FORMAT',
    /cut short/,
    /cut\.ndjson\.gz$/,
  ],
] as const)('%s is refused before row 1, with code and place', async (_, name, content, code, message, where) => {
  here.write(name, content);
  const thrown = await failure(name, 'refused.csv');
  expect(thrown).toMatchObject({ code, message: expect.stringMatching(message), where: expect.stringMatching(where) });
  expect(here.has('refused.csv')).toBe(false);
});

test('a semicolon file is told apart from one that lacks columns', async () => {
  here.write('semicolon.csv', 'hours_studied;quiz_score\n1;2\n');
  expect((await failure('semicolon.csv', 'out.csv')).hint).toContain('separated by commas');
});

test('Parquet columns of a wrong type are all named before row 1', async () => {
  const columns = `'1' AS hours_studied, DATE '2026-01-01' AS quiz_score`;
  await duckdb.run(`COPY (SELECT ${columns}) TO '${here.path('types.parquet')}'`);
  expect((await failure('types.parquet', 'out.csv')).message).toMatch(
    /"hours_studied" is of type VARCHAR; it must be a number from 0 to 168.*"quiz_score" is of type DATE/,
  );
});

test('an input that is not there, and one that is a folder, are not found', async () => {
  mkdirSync(here.path('folder.csv'));
  expect(await failure('nowhere.csv', 'out.csv')).toMatchObject({ code: 'INPUT_NOT_FOUND' });
  expect(await failure('folder.csv', 'out.csv')).toMatchObject({ code: 'INPUT_NOT_FOUND' });
});

test('an output that is the input by any name, a folder, or in no folder, is refused', async () => {
  here.write('in.csv', `${head}a,1,2\n`);
  symlinkSync(here.path('in.csv'), here.path('soft.csv'));
  linkSync(here.path('in.csv'), here.path('hard.csv'));
  for (const output of ['in.csv', 'soft.csv', 'hard.csv']) {
    expect(await failure('in.csv', output)).toMatchObject({ code: 'OUTPUT_EXISTS' });
  }
  expect(await failure('in.csv', 'folder.csv')).toMatchObject({ code: 'OUTPUT_EXISTS' });
  expect(await failure('in.csv', 'nowhere/out.csv')).toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  expect(await failure('in.csv', 'in.csv/out.csv')).toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  expect(await failure('in.csv', 'out.csv', { quarantine: here.path('in.csv') })).toMatchObject({
    code: 'OUTPUT_EXISTS',
  });
  expect(await failure('in.csv', 'out.csv', { quarantine: here.path('bad.csv') })).toMatchObject({
    code: 'INPUT_FORMAT',
  });
  expect(here.read('in.csv')).toBe(`${head}a,1,2\n`);
});

test('a record over the launch file or the artifact is refused', async () => {
  here.write('in.csv', `${head}a,1,2\n`);
  const { launchPath, artifact } = here.model;
  const before = readFileSync(launchPath, 'utf8');
  for (const record of [launchPath, artifact.path]) {
    expect(await failure('in.csv', 'out.csv', { record })).toMatchObject({ code: 'OUTPUT_EXISTS' });
  }
  expect(readFileSync(launchPath, 'utf8')).toBe(before);
});

test.each(['out', 'quarantine', 'record'])('where the %s cannot be written no row is scored', async (which) => {
  here.write('in.csv', `${head}a,1,2\n`);
  const long = here.path(`${'x'.repeat(230)}.ndjson`);
  const sink = memorySink();
  const output = which === 'out' ? `${'x'.repeat(230)}.csv` : 'unwritten.csv';
  const beside = { quarantine: here.path('q.ndjson'), record: here.path('r.json') };
  const thrown = await failure('in.csv', output, { ...beside, sink, [which]: long });
  expect(thrown).toMatchObject({ code: 'OUTPUT_NOT_WRITABLE', where: expect.stringContaining('xxx') });
  expect(sink.events).toEqual([]);
});

test('a quote that is never closed takes the rest of the file, of which every line counts as a row', async () => {
  here.write('open.csv', `${head}a,1,2\n"b,1,2\nc,1,2\n`);
  const record = await here.run('open.csv', 'open-out.csv', { maxQuarantine: 1 });
  expect(record.counts).toMatchObject({ rows_read: 3, rows_scored: 1, rows_quarantined: 2 });
});

test('an input that changes while it is read fails the run', async () => {
  here.write('moving.csv', `${head}${'a,1,2\n'.repeat(1000)}`);
  let changed = false;
  const onProgress = () => {
    if (!changed) here.write('moving.csv', `${head}${'a,1,2\n'.repeat(1001)}`);
    changed = true;
  };
  expect(['BATCH_FAILED', 'BATCH_ACCOUNTING']).toContain(
    (await failure('moving.csv', 'moved.csv', { onProgress })).code,
  );
  expect(here.has('moved.csv')).toBe(false);
});

test('a reference that cannot be read is an error, since the run could not answer its question', async () => {
  const other = await openCase({
    launch: `${learnerLaunch}monitoring: { metrics: [latency], reference: broken.json }\n`,
  });
  other.write('broken.json', '{');
  other.write('in.csv', `${head}a,1,2\n`);
  await expect(other.run('in.csv', 'out.csv')).rejects.toMatchObject({ code: 'REFERENCE_INVALID' });
  await other.close();
});

test('a run that was stopped leaves nothing', async () => {
  here.write('stop.csv', `${head}${'a,1,2\n'.repeat(100_000)}`);
  const controller = new AbortController();
  const thrown = await failure('stop.csv', 'stopped.csv', {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  expect(thrown).toMatchObject({ code: 'CANCELLED' });
  expect(here.has('stopped.csv')).toBe(false);
});
