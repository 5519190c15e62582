import { expect, test } from 'vitest';
import { copyQuery } from './copy-query.ts';
import type { InputPlan } from './input-plan.ts';
import type { OutputColumn } from './output-columns.ts';
import { quoteName, quoteText } from './sql-text.ts';

const input: InputPlan = {
  file: { path: 'in.csv', format: 'csv', gzip: false },
  from: (reading) => `read('${reading}')`,
  ordinal: null,
  columns: [{ name: `a "b", 'c'`, raw: 'c0', typed: 'c0::DOUBLE', json: 'c0' }],
  line: null,
  args: [{ sql: 'TRY_CAST(c0 AS DOUBLE)', type: 'DOUBLE' }],
  readColumns: () => ({}),
  textOf: (name) => (name === 'group' ? 'c1' : null),
  rows: null,
};
const outputs: readonly OutputColumn[] = [
  { name: 'score', entries: [{ name: 'o0', type: 'FLOAT' }], sql: (entry) => entry('o0'), fill: () => {} },
];
const request = {
  input,
  outputs,
  target: { path: `it's.csv`, format: 'csv', gzip: false },
  rank: null,
  reading: 'parallel',
} as const;

test('names and paths are quoted, whatever characters they have', () => {
  expect(quoteName('a "b"')).toBe('"a ""b"""');
  expect(quoteText(`it's`)).toBe(`'it''s'`);
  expect(copyQuery(request)).toBe(
    `COPY (SELECT c0 AS "a ""b"", 'c'", slipway_result.o0 AS "score" FROM ` +
      `(SELECT * FROM (SELECT *, slipway_model(TRY_CAST(c0 AS DOUBLE)) AS slipway_result FROM read('parallel')) ` +
      `WHERE slipway_result IS NOT NULL)) TO 'it''s.csv' (FORMAT csv, HEADER true, COMPRESSION none, USE_TMP_FILE false)`,
  );
});

test('a format with types gets typed values, and one of JSON a line', () => {
  expect(copyQuery({ ...request, target: { path: 'o.parquet', format: 'parquet', gzip: false } })).toContain(
    'SELECT c0::DOUBLE AS',
  );
  const json = copyQuery({ ...request, target: { path: 'o.ndjson', format: 'ndjson', gzip: false } });
  expect(json).toContain(
    `'{' || '"a \\"b\\", ''c''":' || coalesce(to_json(c0)::VARCHAR, 'null') || ',' || '"score":' ||`,
  );
});

test('Parquet of many columns is written in smaller row groups', () => {
  const wide = {
    ...input,
    columns: Array.from({ length: 299 }, (_, at) => ({ name: `n${at}`, raw: 'c', typed: 'c', json: 'c' })),
  };
  const target = { path: 'o.parquet', format: 'parquet', gzip: false } as const;
  expect(copyQuery({ ...request, target })).toContain('ROW_GROUP_SIZE 122880');
  expect(copyQuery({ ...request, input: wide, target })).toContain('ROW_GROUP_SIZE 6144');
});

test('a rank orders by score and place, within groups where it has them, and cuts behind the order', () => {
  const whole = copyQuery({ ...request, rank: { by: 'score', within: null, top: 5 } });
  expect(whole).toContain('ORDER BY slipway_result.o0 DESC, slipway_row LIMIT 5)');
  const grouped = copyQuery({ ...request, rank: { by: 'score', within: 'group', top: 5 } });
  expect(grouped).toContain('c1 AS slipway_group');
  expect(grouped).toContain('PARTITION BY slipway_group ORDER BY slipway_result.o0 DESC, slipway_row');
  expect(grouped).toContain('WHERE slipway_place <= 5 ORDER BY slipway_first, slipway_place');
});
