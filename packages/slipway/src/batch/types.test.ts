import { DuckDBInstance } from '@duckdb/node-api';
import { multiClassModel, textModel } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';
import { type BatchCase, openCase } from './fixtures/batch-case.ts';

const head = 'slipway: 1\nversion: 1.0.0\nartifact: model.onnx\n';
const texts = await openCase({
  launch: `${head}model: texts
input:
  city: { type: string, enum: [Basel, "Bern, ''x'", Zug] }
  hours: { type: number, missing: 7 }
output:
  score: { type: number, from: score }
  echo: { type: string, from: echo }
`,
  onnx: textModel(),
});
const arrays = await openCase({
  launch: `${head}model: arrays
input:
  x: { type: array, shape: [4] }
output:
  label: { type: string, from: label }
  scores: { type: array, shape: [3], from: probabilities }
`,
  onnx: multiClassModel(),
});
const optional = await openCase({
  launch: `${head}model: optional
input:
  city: { type: string, enum: [Basel, Zug], missing: null }
  hours: { type: number, missing: 7 }
output:
  score: { type: number, from: score }
  echo: { type: string, from: echo }
`,
  onnx: textModel(),
});
afterAll(async () => {
  await optional.close();
  await texts.close();
  await arrays.close();
});

const duckdb = await (await DuckDBInstance.create()).connect();

async function rowsOf({ path }: BatchCase, name: string): Promise<unknown> {
  const reader = name.endsWith('.csv') ? `read_csv('${path(name)}', all_varchar=true)` : `'${path(name)}'`;
  return (await duckdb.runAndReadAll(`SELECT * FROM ${reader}`)).getRowObjectsJson();
}

test('text features and outputs travel through every format, and the engine is ONNX Runtime', async () => {
  texts.write('in.csv', `city,hours\nBasel,1\n"Bern, ''x'",\nZug,2.5\n`);
  await duckdb.run(
    `COPY (FROM read_csv('${texts.path('in.csv')}', columns={'city': 'VARCHAR', 'hours': 'DOUBLE'})) TO '${texts.path('in.parquet')}'`,
  );
  texts.write('in.ndjson', `{"city":"Basel","hours":1}\n{"city":"Bern, ''x'"}\n{"city":"Zug","hours":2.5}\n`);
  for (const input of ['in.csv', 'in.parquet', 'in.ndjson']) {
    const record = await texts.run(input, 'out.ndjson');
    expect(record.engine).toBe('onnxruntime');
    const rows = texts
      .read('out.ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ score, echo }) => [score, echo])).toEqual([
      [11, 'Basel'],
      [7, `Bern, ''x'`],
      [2.5, 'Zug'],
    ]);
  }
});

test('an empty text of a closed set is missing in every format, quoted or not', async () => {
  optional.write('blank.csv', 'city,hours\nBasel,1\n"",2\n,3\n');
  optional.write('blank.ndjson', '{"city":"Basel","hours":1}\n{"city":"","hours":2}\n{"city":null,"hours":3}\n');
  await duckdb.run(`COPY (FROM '${optional.path('blank.ndjson')}') TO '${optional.path('blank.parquet')}'`);
  for (const input of ['blank.csv', 'blank.parquet', 'blank.ndjson']) {
    const record = await optional.run(input, 'blank-out.csv');
    expect(record.counts).toMatchObject({ rows_scored: 3, rows_quarantined: 0 });
  }
});

test('a category that the contract does not have is quarantined in every format, with the text', async () => {
  texts.write('bad.csv', 'city,hours\nBasel,1\nOslo,1\n');
  await duckdb.run(`COPY (FROM '${texts.path('bad.csv')}') TO '${texts.path('bad.parquet')}'`);
  await duckdb.run(`COPY (FROM '${texts.path('bad.csv')}') TO '${texts.path('bad.ndjson')}' (FORMAT json)`);
  for (const input of ['bad.csv', 'bad.parquet', 'bad.ndjson']) {
    const record = await texts.run(input, 'bad-out.csv', { maxQuarantine: 1 });
    expect(record.counts).toMatchObject({ rows_scored: 1, rows_quarantined: 1 });
    expect(JSON.parse(texts.read('bad-out.csv.quarantine.ndjson'))).toMatchObject({
      record: 2,
      column: 'city',
      rule: 'enum',
      reason: expect.stringContaining('"Oslo"'),
    });
  }
});

const vectors = [
  [1, 2, 3, 4],
  [0.5, -1, 2, 0],
  [10, 20, -30, 1e-7],
];

test('array features are JSON text in CSV, lists in Parquet and arrays in NDJSON; array outputs likewise', async () => {
  arrays.write('in.csv', `id,x\n${vectors.map((x, at) => `${at},"[${x}]"\n`).join('')}`);
  arrays.write('in.ndjson', vectors.map((x, id) => `${JSON.stringify({ id, x })}\n`).join(''));
  await duckdb.run(
    `COPY (SELECT id, x::DOUBLE[] AS x FROM '${arrays.path('in.ndjson')}') TO '${arrays.path('in.parquet')}'`,
  );
  const wanted = await Promise.all(vectors.map(async (x) => (await arrays.model.predict({ x })).outputs));
  for (const input of ['in.csv', 'in.ndjson', 'in.parquet']) {
    await arrays.run(input, 'out.ndjson');
    const rows = arrays
      .read('out.ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ label, scores }) => ({ label, scores }))).toEqual(wanted);
    await arrays.run(input, 'out.csv');
    expect(await rowsOf(arrays, 'out.csv')).toMatchObject(
      wanted.map(({ label, scores }) => ({ label, scores: JSON.stringify(scores) })),
    );
    await arrays.run(input, 'out.parquet');
    const floats = (scores: unknown) => (scores as number[]).map((score) => Math.fround(score));
    const typed = (await rowsOf(arrays, 'out.parquet')) as { label: string; scores: number[] }[];
    expect(typed.map(({ label, scores }) => ({ label, scores: floats(scores) }))).toEqual(
      wanted.map(({ label, scores }) => ({ label, scores: floats(scores) })),
    );
  }
});

test('an array of another shape is quarantined', async () => {
  arrays.write('short.ndjson', '{"x":[1,2,3]}\n{"x":[1,2,3,4]}\n{"x":[1,2,3,"4"]}\n');
  const record = await arrays.run('short.ndjson', 'short-out.ndjson', { maxQuarantine: 1 });
  expect(record.counts).toMatchObject({ rows_scored: 1, rows_quarantined: 2 });
  const lines = arrays.read('short-out.ndjson.quarantine.ndjson').trimEnd().split('\n');
  expect(lines.map((line) => [JSON.parse(line).record, JSON.parse(line).rule])).toEqual([
    [1, 'shape'],
    [3, 'type'],
  ]);
});
