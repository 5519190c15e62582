import { writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { Random } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';
import { csvFields } from './csv-record.ts';
import { openCase } from './fixtures/batch-case.ts';
import { type RecordPlace, RecordScanner } from './record-scanner.ts';

const here = await openCase();
afterAll(() => here.close());

/** Places of the records of a text that comes in pieces of `step` bytes. */
function scan(text: string, format: 'csv' | 'ndjson' = 'csv', step = 1_000_000) {
  const places: RecordPlace[] = [];
  const scanner = new RecordScanner(format, (place) => places.push(place));
  const bytes = Buffer.from(text);
  scanner.push(bytes.subarray(0, 3));
  for (let at = 3; at < bytes.length; at += step) scanner.push(bytes.subarray(at, at + step));
  scanner.end();
  return { scanner, places, texts: places.map(({ start, end }) => bytes.subarray(start, end).toString()) };
}

test('records end at line ends outside of quotes, whatever the pieces in which the file comes', () => {
  const text = 'id,x\r\n"a\r\nb",1\r\n\r\nc,"2 ""two"""\r\nd,3';
  for (let step = 1; step < 12; step++) {
    const { texts, places, scanner } = scan(text, 'csv', step);
    expect(texts).toEqual(['id,x', '"a\r\nb",1', 'c,"2 ""two"""', 'd,3']);
    expect(places.map((place) => place.line)).toEqual([1, 2, 5, 6]);
    expect(scanner).toMatchObject({ records: 4, mixedLineEnd: null, strayQuote: null, quotedBreak: 2 });
  }
});

test('a place tells the last line of a record and how many lines it has, of which blank ones are none', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const text = ['id,x', '"a', '', 'b",1', 'c,2', '"d', 'e', '', ''].join(end);
    for (let step = 1; step < 12; step++) {
      const found = scan(text, 'csv', step).places.map(({ line, lastLine, lines }) => [line, lastLine, lines]);
      expect(found).toEqual([
        [1, 1, 1],
        [2, 4, 2],
        [5, 5, 1],
        [6, 7, 2],
      ]);
    }
  }
});

test('a byte order mark belongs to no record, and blank lines are none', () => {
  expect(scan('\ufeffid,x\n\n\na,1\n\n').texts).toEqual(['id,x', 'a,1']);
});

test('a quote inside a field that did not start with one is a character', () => {
  const { texts, scanner } = scan('id,x\n5" pipe,1\nb,2\n');
  expect(texts).toEqual(['id,x', '5" pipe,1', 'b,2']);
  expect(scanner.strayQuote).toBeNull();
});

test('lines that end otherwise than the first, stray quotes and unclosed ones are noticed with their line', () => {
  expect(scan('id\na\nb\r\nc\n').scanner.mixedLineEnd).toBe(3);
  expect(scan('id,x\n"a"b,1\nc,"d"e\n').scanner).toMatchObject({ strayQuote: 2, strayTwice: null });
  expect(scan('id,x\na,1\n"b"c,"d"e\n').scanner).toMatchObject({ strayQuote: 3, strayTwice: 3 });
  expect(scan('id,x\na,1\n"b,2\nc,3\n').scanner).toMatchObject({ strayQuote: 3, records: 3 });
});

test('NDJSON has no quoted line breaks: every line is a record', () => {
  expect(scan('{"a":"x"}\n"\n{"b":1}\n', 'ndjson').texts).toEqual(['{"a":"x"}', '"', '{"b":1}']);
});

test('counting alone, which takes a shortcut, finds as many records and lines as the walk from record to record', () => {
  const random = new Random(3);
  for (let round = 0; round < 200; round++) {
    const text = csvText(random, round % 2 === 0 ? '\n' : '\r\n', round % 4 < 2);
    const counting = new RecordScanner('csv');
    const bytes = Buffer.from(text);
    const step = 3 + random.integer(60);
    for (let at = 0; at < bytes.length; at += step) counting.push(bytes.subarray(at, at + step));
    counting.end();
    const walked = scan(text).scanner;
    expect(counting.records).toBe(walked.records);
    expect(counting.quotedBreak).toBe(walked.quotedBreak);
  }
});

test('DuckDB sees the same records with the same fields, over 150 files of quotes, breaks and blanks (seed 1)', async () => {
  const random = new Random(1);
  const duckdb = await (await DuckDBInstance.create()).connect();
  const dialect = `auto_detect=false, header=true, delim=',', quote='"', escape='"', allow_quoted_nulls=false, parallel=false`;
  for (let round = 0; round < 150; round++) {
    const text = csvText(random, round % 2 === 0 ? '\n' : '\r\n', true);
    writeFileSync(here.path('seen.csv'), text);
    const sql = `SELECT * FROM read_csv('${here.path('seen.csv')}', ${dialect}, columns={'a': 'VARCHAR', 'b': 'VARCHAR'})`;
    const rows = (await duckdb.runAndReadAll(sql)).getRows();
    const own = scan(text, 'csv', 1 + random.integer(40))
      .texts.slice(1)
      .map(csvFields);
    expect(own).toEqual(rows);
  }
});

/** A CSV text of two columns that has what makes CSV hard, where `hard`; all of it well-formed. */
function csvText(random: Random, lineEnd: string, hard: boolean): string {
  const easy = ['a', '1.5', ' q', 'q ', '', '5" pipe'];
  const quoted = ['""', `"b${lineEnd}c"`, '"x,y"', '"q""r"', '""""', ' "s" ', `"${lineEnd}"`, '"é"'];
  const pick = (from: readonly string[]) => random.pick(from);
  const field = () => (hard && random.next() < 0.4 ? pick(quoted) : pick(easy));
  const lines = Array.from({ length: random.integer(40) }, () => {
    return `${field()},${field()}${lineEnd}${random.next() < 0.05 ? lineEnd : ''}`;
  });
  return `a,b${lineEnd}${lines.join('')}`;
}
