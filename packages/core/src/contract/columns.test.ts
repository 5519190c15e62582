import { feature, inputContract } from '@slipway/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ColumnInput,
  compileColumnsReader,
  compileRecordReader,
  type Feature,
  newRow,
  rowLayout,
} from './index.ts';

const features: readonly Feature[] = [
  feature({ name: 'a', minimum: -1, maximum: 10 }),
  feature({ name: 'b', type: 'integer', exclusiveMinimum: 0, missing: { kind: 'null' } }),
  feature({ name: 'c', type: 'boolean', missing: { kind: 'fill', value: false } }),
  feature({ name: 'd', type: 'string', enum: ['x', 'y'], missing: { kind: 'fill', value: 'x' } }),
  feature({ name: 'e', type: 'string', maxLength: 2 }),
];
const contract = inputContract(features);
const layout = rowLayout(contract);
const readRecord = compileRecordReader(contract, layout);
const readColumns = compileColumnsReader(contract);

/** Anything that JSON, or a careless library, may put in a cell. */
const cell = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    'x',
    'y',
    'zzz',
    '',
    0,
    1,
    -1,
    10,
    10.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
  ),
  fc.double(),
);

test('a row of columns is refused exactly when the record of its values is, and gives the model the same values', () => {
  const rows = fc.array(fc.tuple(cell, cell, cell, cell, cell), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(rows, (table) => {
      const columns = Object.fromEntries(
        features.map((spec, index) => [spec.name, table.map((values) => values[index] ?? null)]),
      ) as Record<string, ColumnInput>;
      const read = readColumns(columns);
      const refused = table.flatMap((values, place) => {
        const row = newRow(layout);
        const record = Object.fromEntries(features.map((spec, index) => [spec.name, values[index]]));
        if (readRecord(record, row) !== null) return [place];
        const given = read.columns.map((column) => column[place]);
        expect(given).toEqual([row.numbers[0], row.numbers[1], row.numbers[2], row.texts[0], row.texts[1]]);
        return [];
      });
      expect(read.refused).toEqual(refused);
    }),
    { numRuns: 500, seed: 20261124 },
  );
});

test('typed columns with a presence map behave as plain arrays with null', () => {
  const read = compileColumnsReader(inputContract([feature({ name: 'a', missing: { kind: 'fill', value: 3 } })]));
  const typed = read({
    a: { kind: 'number', values: Float64Array.of(1, 0, 2), width: 1, present: Uint8Array.of(1, 0, 1) },
  });
  expect(typed).toEqual(read({ a: [1, null, 2] }));
  expect(typed.columns).toEqual([Float64Array.of(1, 3, 2)]);
});

test('a column without missing values is handed on without a copy', () => {
  const read = compileColumnsReader(inputContract([feature({ name: 'a' })]));
  const values = Float64Array.of(1, 2);
  expect(read({ a: values }).columns[0]).toBe(values);
});

test('a missing column, columns of different length and a column of the wrong kind are errors that name the column', () => {
  const read = compileColumnsReader(
    inputContract([feature({ name: 'hours' }), feature({ name: 'plan', type: 'string' })]),
  );
  expect(() => read({ hour: [1], plan: ['x'] })).toThrow(/no column "hours"/);
  expect(() => read({ hours: [1, 2], plan: ['x'] })).toThrow(/hours has 2 rows, plan has 1/);
  expect(() => read({ hours: [1], plan: Float64Array.of(1) })).toThrow(/"plan" is of type string/);
});

test('arrays are read row-major, and one bad element refuses its row only', () => {
  const read = compileColumnsReader(inputContract([feature({ name: 'v', type: 'array', shape: [2], maximum: 9 })]));
  expect(read({ v: Float64Array.of(1, 2, 3, 10, 5, 6) })).toMatchObject({ rows: 3, refused: [1] });
});

test('a column may not end within an array, also where it is the only one', () => {
  const read = compileColumnsReader(inputContract([feature({ name: 'v', type: 'array', shape: [2] })]));
  expect(() => read({ v: Float64Array.of(1, 2, 3) })).toThrow(/"v" ends within an array of shape \[2\]/);
});

test('an array of which some values are null is refused, as in a record; one of nulls alone is missing', () => {
  const vector = feature({ name: 'v', type: 'array', shape: [2], missing: { kind: 'null' } });
  const read = compileColumnsReader(inputContract([vector]));
  expect(read({ v: [1, null, null, null, 3, 4] })).toMatchObject({ rows: 3, refused: [0] });
});

test('a hole in a plain array is a missing value, never 0', () => {
  const read = compileColumnsReader(inputContract([feature({ name: 'a' }), feature({ name: 't', type: 'string' })]));
  const [holed, texts]: [number[], string[]] = [
    [1, 2, 3],
    ['x', 'y', 'z'],
  ];
  delete holed[1];
  delete texts[2];
  expect(read({ a: holed, t: texts }).refused).toEqual([1, 2]);
});

test('what is no text does not reach the model in a column of texts', () => {
  const read = compileColumnsReader(inputContract([feature({ name: 't', type: 'string' })]));
  expect(read({ t: ['x', 5] })).toEqual({ rows: 2, columns: [['x', '']], refused: [1] });
});

test.each<[string, unknown]>([
  ['null', null],
  ['a string', 'abc'],
  ['an object', {}],
  ['64-bit integers', BigInt64Array.of(1n)],
  ['a view without elements', new DataView(new ArrayBuffer(8))],
  ['a column without values', { kind: 'number', width: 1, present: null }],
  ['a column of plain numbers', { kind: 'number', values: [1], width: 1, present: null }],
  [
    'marks of presence for other rows',
    { kind: 'number', values: Float64Array.of(1), width: 1, present: new Uint8Array(2) },
  ],
])('%s in the place of a column of numbers is COLUMNS_INVALID', (_, column) => {
  const read = compileColumnsReader(inputContract([feature({ name: 'a' })]));
  const error = expect.objectContaining({ code: 'COLUMNS_INVALID', where: 'a' });
  expect(() => read({ a: column as ColumnInput })).toThrow(error);
});
