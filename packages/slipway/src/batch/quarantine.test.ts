import { DuckDBInstance } from '@duckdb/node-api';
import { logisticModel, memorySink, refusingModel } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';
import { openCase } from './fixtures/batch-case.ts';

const launch = `slipway: 1
model: mixed
version: 1.0.0
artifact: model.onnx
input:
  hours: { type: number, minimum: 0, maximum: 168 }
  visits: { type: integer, minimum: 0 }
  member: { type: boolean }
  age: { type: number, missing: 40 }
output:
  risk: { type: number, minimum: 0, maximum: 1, from: output_probability, class: 1 }
`;
const here = await openCase({ launch, onnx: logisticModel({ features: 4 }) });
afterAll(() => here.close());

const duckdb = await (await DuckDBInstance.create()).connect();
const all = { maxQuarantine: 1 };

/** The lines of a quarantine file. */
function quarantined(output: string): readonly Record<string, unknown>[] {
  const lines = here.read(`${output}.quarantine.ndjson`).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

test.each([
  ['text where a number belongs', 'twelve,1,true,30', 'hours', 'type'],
  ['NaN', 'NaN,1,true,30', 'hours', 'finite'],
  ['infinity', '-Infinity,1,true,30', 'hours', 'finite'],
  ['a number too large for float64', '1e999,1,true,30', 'hours', 'finite'],
  ['a number under its minimum', '-1,1,true,30', 'hours', 'minimum'],
  ['a number over its maximum', '169,1,true,30', 'hours', 'maximum'],
  ['a missing number', ',1,true,30', 'hours', 'required'],
  ['a quoted empty text', '"",1,true,30', 'hours', 'type'],
  ['a number with underscores, which DuckDB would take', '1_0,1,true,30', 'hours', 'type'],
  ['a number with two signs, which DuckDB would take', '1,1,true,+-5', 'age', 'type'],
  ['a decimal comma', '"1,5",1,true,30', 'hours', 'type'],
  ['a hexadecimal number', '0x1F,1,true,30', 'hours', 'type'],
  ['a number with a no-break space', '\u00a01,1,true,30', 'hours', 'type'],
  ['a fraction where an integer belongs', '1,1.5,true,30', 'visits', 'integer'],
  ['an integer that float64 cannot hold', '1,9007199254740993,true,30', 'visits', 'integer'],
  ['a word where a truth value belongs', '1,1,yes,30', 'member', 'type'],
  ['text in a feature that may be missing', '1,1,true,old', 'age', 'type'],
  ['too few fields', '1,1,true', 'record', 'fields'],
  ['too many fields', '1,1,true,30,x', 'record', 'fields'],
  ['text behind a closing quote', '"1"x,1,true,30', 'record', 'stray_quote'],
])('a CSV row with %s goes to the quarantine with place, column, rule and text', async (_, row, column, rule) => {
  here.write('bad.csv', `hours,visits,member,age\n1,1,true,30\n${row}\n2,2,0,\n`);
  const record = await here.run('bad.csv', 'bad-out.csv', all);
  expect(record.counts).toEqual({ rows_read: 3, rows_scored: 2, rows_quarantined: 1, rows_written: 2, rows_cut: 0 });
  const [only] = quarantined('bad-out.csv');
  expect(only).toMatchObject({ record: 2, line: 3, column, rule, raw: row });
  expect(
    here
      .read('bad-out.csv')
      .split('\n')
      .slice(1, 3)
      .map((line) => line.slice(0, 3)),
  ).toEqual(['1,1', '2,2']);
  expect(record.quarantine?.reasons).toEqual([{ column, rule, rows: 1 }]);
});

test('good values in every form that the contract reads are not refused', async () => {
  const rows = [' 1 ,1,TRUE,30', '+1.5e1,1.0,False,.5', '1.,1e2,1,', '"168",0,0,-1'];
  here.write('good.csv', `hours,visits,member,age\n${rows.join('\n')}\n`);
  expect((await here.run('good.csv', 'good-out.csv')).counts).toMatchObject({ rows_scored: 4, rows_quarantined: 0 });
});

test('text that is not UTF-8 is quarantined, and its bytes are kept', async () => {
  const bytes = Buffer.concat([Buffer.from('1,1,true,'), Buffer.from([0xff, 0xfe])]);
  here.write(
    'bytes.csv',
    Buffer.concat([Buffer.from('hours,visits,member,age\n1,1,true,1\n'), bytes, Buffer.from('\n2,2,true,2\n')]),
  );
  expect((await here.run('bytes.csv', 'bytes-out.csv', all)).counts).toMatchObject({
    rows_scored: 2,
    rows_quarantined: 1,
  });
  expect(quarantined('bytes-out.csv')[0]).toMatchObject({ record: 2, line: 3, raw_base64: bytes.toString('base64') });
});

test('records that are longer than the reader allows are quarantined, cut', async () => {
  here.write(
    'long.csv',
    `hours,visits,member,age,note\n1,1,true,1,a\n2,2,true,2,${'x'.repeat(2_200_000)}\n3,3,true,3,b\n`,
  );
  expect((await here.run('long.csv', 'long-out.csv', all)).counts).toMatchObject({
    rows_scored: 2,
    rows_quarantined: 1,
  });
  const [only] = quarantined('long-out.csv');
  expect(only).toMatchObject({ record: 2, raw_cut: true, reason: 'the record is longer than 2097152 bytes' });
});

test('rows are found by their place among many, with line breaks, blank lines and dropped rows before them', async () => {
  const lines = Array.from({ length: 40_000 }, (_, at) => {
    if (at % 9973 === 17) return `${at % 160},-1,true,30,bad\n`;
    if (at % 7919 === 5) return `${at % 160},dropped\n`;
    return `${at % 160},${at},true,30,${at % 3 === 0 ? '"two\nlines"' : 'one'}\n${at % 1000 === 3 ? '\n' : ''}`;
  });
  const text = `hours,visits,member,age,note\n${lines.join('')}`;
  here.write('many.csv', text);
  const record = await here.run('many.csv', 'many-out.csv', all);
  const bad = lines.flatMap((line, at) => (/bad|dropped/.test(line) ? [{ record: at + 1, raw: line.trimEnd() }] : []));
  expect(record.counts.rows_quarantined).toBe(bad.length);
  expect(quarantined('many-out.csv').map(({ record: place, raw }) => ({ record: place, raw }))).toEqual(bad);
  const lineOf = (place: number) => text.slice(0, text.indexOf(lines[place - 1] as string)).split('\n').length;
  for (const { record: place, line } of quarantined('many-out.csv')) expect(line).toBe(lineOf(Number(place)));
});

test.each([
  ['what is not JSON', '{"hours":1', 'record', 'json'],
  ['NaN, which DuckDB would take', '{"hours":NaN,"visits":1,"member":true}', 'record', 'json'],
  ['a trailing comma, which DuckDB would take', '{"hours":1,"visits":1,"member":true,}', 'record', 'json'],
  ['a name that stands twice', '{"hours":1,"hours":2,"visits":1,"member":true}', 'record', 'json_name_twice'],
  [
    'deep nesting',
    `{"hours":1,"visits":1,"member":true,"x":${'['.repeat(500)}${']'.repeat(500)}}`,
    'record',
    'json_depth',
  ],
  ['what is not an object', '[1,2]', 'record', 'json_object'],
  ['text where a number belongs', '{"hours":"1","visits":1,"member":true}', 'hours', 'type'],
  ['null where a value must be', '{"hours":null,"visits":1,"member":true}', 'hours', 'required'],
  ['a missing key', '{"visits":1,"member":true}', 'hours', 'required'],
  ['a number where a truth value belongs', '{"hours":1,"visits":1,"member":1}', 'member', 'type'],
  ['a field that the model would write', '{"hours":1,"visits":1,"member":true,"risk":0}', 'risk', 'unknown'],
  ['a control character', '{"hours":1,"visits":1,"member":true,"x":"\u0001"}', 'record', 'json'],
])('an NDJSON line with %s goes to the quarantine', async (_, line, column, rule) => {
  const good = '{"hours":1,"visits":1,"member":true}';
  here.write('bad.ndjson', `${good}\n\n${line}\n${good}`);
  for (const output of ['bad-out.ndjson', 'bad-out.parquet']) {
    const record = await here.run('bad.ndjson', output, all).catch((error) => error);
    // A column that the model writes cannot stand in a table twice.
    if (rule === 'unknown' && output.endsWith('parquet')) expect(record).toMatchObject({ code: 'INPUT_SCHEMA' });
    else {
      expect(record.counts).toMatchObject({ rows_read: 3, rows_scored: 2, rows_quarantined: 1 });
      expect(quarantined(output)[0]).toMatchObject({ record: 2, line: 3, column, rule, raw: line });
    }
  }
});

test('a key called __proto__ is a key like any other', async () => {
  here.write('proto.ndjson', '{"__proto__":{"hours":1},"visits":1,"member":true}\n');
  await here.run('proto.ndjson', 'proto-out.ndjson', all);
  expect(quarantined('proto-out.ndjson')[0]).toMatchObject({ column: 'hours', rule: 'required' });
});

test('rows of a Parquet file are quarantined by their values, with place and row as JSON', async () => {
  const rows = `(1.0, 1, true, NULL), (-1.0, 1, true, 2.0), ('nan'::DOUBLE, 1, true, 2.0), (2.0, NULL, true, 2.0), (3.0, 2, false, 1.0)`;
  await duckdb.run(
    `COPY (SELECT * FROM (VALUES ${rows}) v(hours, visits, member, age)) TO '${here.path('bad.parquet')}'`,
  );
  const record = await here.run('bad.parquet', 'bad-out.csv', all);
  expect(record.counts).toMatchObject({ rows_read: 5, rows_scored: 2, rows_quarantined: 3 });
  const lines = quarantined('bad-out.csv');
  expect(lines.map(({ record: place, column, rule }) => [place, column, rule])).toEqual([
    [2, 'hours', 'minimum'],
    [3, 'hours', 'finite'],
    [4, 'visits', 'required'],
  ]);
  expect(lines[0]?.raw).toBe('{"hours":-1.0,"visits":1,"member":true,"age":2.0}');
});

test('more than the allowed part of bad rows fails the run: no output, but the quarantine and the record stay', async () => {
  here.write('half.csv', 'hours,visits,member,age\n1,1,true,1\nx,1,true,1\n');
  here.write('half-out.csv', 'of yesterday');
  const record = await here.run('half.csv', 'half-out.csv', { maxQuarantine: 0.49 });
  expect(record).toMatchObject({ verdict: 'fail', output: null });
  expect(record.questions[0]).toMatchObject({ answer: 'no' });
  expect(here.read('half-out.csv')).toBe('of yesterday');
  expect(quarantined('half-out.csv').length).toBe(1);
  expect(JSON.parse(here.read('half-out.csv.run.json'))).toEqual(record);
  expect((await here.run('half.csv', 'half-out.csv', { maxQuarantine: 0.5 })).verdict).toBe('pass');
});

test('a clean run removes the quarantine file of an earlier one', async () => {
  here.write('turn.csv', 'hours,visits,member,age\nx,1,true,1\n');
  await here.run('turn.csv', 'turn-out.csv', all);
  expect(here.has('turn-out.csv.quarantine.ndjson')).toBe(true);
  here.write('turn.csv', 'hours,visits,member,age\n1,1,true,1\n');
  await here.run('turn.csv', 'turn-out.csv', all);
  expect(here.has('turn-out.csv.quarantine.ndjson')).toBe(false);
});

test('rows that are refused make no event, and a second look at them makes none either', async () => {
  here.write('events.csv', 'hours,visits,member,age\n1,1,true,1\nx,1,true,1\n2,1,true,1\n');
  const sink = memorySink();
  await here.run('events.csv', 'events-out.csv', { ...all, sink });
  expect(sink.events.map((event) => event.inputs.hours)).toEqual([1, 2]);
});

test.each(['compiled', 'onnxruntime'] as const)('rows on which a model fails in %s are quarantined', async (engine) => {
  const picky = await openCase({
    engine,
    launch: `slipway: 1\nmodel: picky\nversion: 1.0.0\nartifact: model.onnx\ninput:\n  X: { type: number }\noutput:\n  score: { type: number, from: score }\n`,
    onnx: refusingModel(),
  });
  picky.write('in.csv', 'X\n0\n7\n2\n');
  const record = await picky.run('in.csv', 'out.csv', all);
  expect(record).toMatchObject({ engine, counts: { rows_scored: 2, rows_quarantined: 1 } });
  expect(JSON.parse(picky.read('out.csv.quarantine.ndjson'))).toMatchObject({ record: 2, column: 'model', raw: '7' });
  expect(picky.read('out.csv')).toBe('X,score\n0,5\n2,7\n');
  await picky.close();
});
