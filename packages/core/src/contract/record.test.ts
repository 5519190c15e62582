import { feature } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { compileRecordReader, type Feature, type InputContract, newRow, rowLayout } from './index.ts';

function reader(features: readonly Feature[], beside: Partial<InputContract> = {}) {
  const contract: InputContract = { features, unit: null, context: [], ...beside };
  const layout = rowLayout(contract);
  const row = newRow(layout);
  const read = compileRecordReader(contract, layout);
  return { row, read: (record: unknown) => read(record, row) };
}

const hours = feature({ name: 'hours_studied', minimum: 0, maximum: 168, unit: 'hours per week' });
const score = feature({ name: 'quiz_score', minimum: 0, maximum: 100 });

test('a good record fills the row in contract order, whatever the order of its fields', () => {
  const { read, row } = reader([hours, score]);
  expect(read({ quiz_score: 55.5, hours_studied: 12 })).toBeNull();
  expect([...row.numbers]).toEqual([12, 55.5]);
});

test('an issue names field, value and rule, and every broken rule is reported', () => {
  const { read } = reader([hours, score]);
  expect(read({ hours_studied: 'x', quiz_score: 130 })).toEqual([
    {
      field: 'hours_studied',
      rule: 'type',
      value: 'x',
      message: 'hours_studied is "x"; it must be a number from 0 to 168 (hours per week)',
    },
    {
      field: 'quiz_score',
      rule: 'maximum',
      value: 130,
      message: 'quiz_score is 130; it must be a number from 0 to 100',
    },
  ]);
});

test.each([
  [Number.NaN, 'finite'],
  [Number.POSITIVE_INFINITY, 'finite'],
  [-0.001, 'minimum'],
  [168.001, 'maximum'],
  [undefined, 'required'],
  [null, 'required'],
  [true, 'type'],
  ['12', 'type'],
  [[1], 'type'],
])('hours_studied %o breaks the rule %s', (value, rule) => {
  const { read } = reader([hours]);
  expect(read({ hours_studied: value })?.map((issue) => issue.rule)).toEqual([rule]);
});

test.each([[null], [[]], ['text'], [7], [undefined]])('%o is not a record', (record) => {
  expect(reader([hours]).read(record)?.[0]?.rule).toBe('record');
});

test('an integer has no fraction and is exact in float64', () => {
  const { read } = reader([feature({ name: 'n', type: 'integer' })]);
  expect(read({ n: 5 })).toBeNull();
  expect(read({ n: 5.5 })?.[0]?.rule).toBe('integer');
  expect(read({ n: 2 ** 53 })?.[0]?.rule).toBe('integer');
});

test('exclusive bounds refuse the bound itself', () => {
  const { read } = reader([feature({ name: 'x', exclusiveMinimum: 0, exclusiveMaximum: 1 })]);
  expect(read({ x: 0.5 })).toBeNull();
  expect(read({ x: 0 })?.[0]?.rule).toBe('exclusiveMinimum');
  expect(read({ x: 1 })?.[0]?.rule).toBe('exclusiveMaximum');
});

test('a missing value is refused, given to the model as NaN, or filled in, as the policy says', () => {
  const { read, row } = reader([
    feature({ name: 'a', missing: { kind: 'null' } }),
    feature({ name: 'b', missing: { kind: 'fill', value: 7 } }),
    feature({ name: 'c', type: 'boolean', missing: { kind: 'fill', value: true } }),
    feature({ name: 'd', type: 'string', missing: { kind: 'fill', value: 'none' } }),
  ]);
  expect(read({ b: null })).toBeNull();
  expect([...row.numbers]).toEqual([Number.NaN, 7, 1]);
  expect(row.texts).toEqual(['none']);
});

test('text is checked against its categories or its length', () => {
  const { read, row } = reader([
    feature({ name: 'plan', type: 'string', enum: ['free', 'paid'] }),
    feature({ name: 'note', type: 'string', maxLength: 3 }),
  ]);
  expect(read({ plan: 'paid', note: 'abc' })).toBeNull();
  expect(row.texts).toEqual(['paid', 'abc']);
  expect(read({ plan: 'Paid', note: 'abcd' })?.map((issue) => issue.rule)).toEqual(['enum', 'maxLength']);
});

test('the empty text is a missing value where categories are closed and values may be missing', () => {
  const plan = (missing: 'null' | 'reject', ...more: string[]) =>
    reader([feature({ name: 'plan', type: 'string', enum: ['free', ...more], missing: { kind: missing } })]);
  expect(plan('null').read({ plan: '' })).toBeNull();
  expect(
    plan('reject')
      .read({ plan: '' })
      ?.map((issue) => issue.rule),
  ).toEqual(['enum']);
  expect(plan('reject', '').read({ plan: '' })).toBeNull();
  const filled = reader([
    feature({ name: 'plan', type: 'string', enum: ['free'], missing: { kind: 'fill', value: 'free' } }),
  ]);
  expect(filled.read({ plan: '' })).toBeNull();
  expect(filled.row.texts).toEqual(['free']);
  const open = reader([feature({ name: 'note', type: 'string', missing: { kind: 'fill', value: 'none' } })]);
  expect(open.read({ note: '' })).toBeNull();
  expect(open.row.texts).toEqual(['']);
});

test('an array is read nested or flat, and its shape is fixed', () => {
  const { read, row } = reader([feature({ name: 'image', type: 'array', shape: [2, 2], minimum: 0 })]);
  const matrix = [
    [1, 2],
    [3, 4],
  ];
  expect(read({ image: matrix })).toBeNull();
  expect([...row.numbers]).toEqual([1, 2, 3, 4]);
  expect(read({ image: [5, 6, 7, 8] })).toBeNull();
  expect(read({ image: [[1, 2], [3]] })?.[0]?.rule).toBe('shape');
  expect(read({ image: [1, 2, 3] })?.[0]?.rule).toBe('shape');
  expect(read({ image: [1, 2, 3, 'x'] })?.[0]?.rule).toBe('type');
  expect(read({ image: [1, 2, 3, -1] })?.[0]?.rule).toBe('minimum');
});

test('unit and context travel with the record and are never given to the model', () => {
  const { read, row } = reader([hours], { unit: 'learner_id', context: ['cohort'] });
  expect(read({ hours_studied: 1, learner_id: 42, cohort: 'spring' })).toBeNull();
  expect([...row.numbers]).toEqual([1]);
  expect(row.unit).toBe('42');
  expect(read({ hours_studied: 1, cohort: { nested: true } })?.[0]).toMatchObject({ field: 'cohort', rule: 'type' });
});

test('an unknown field is refused with the name that was meant, since a filled-in feature would hide a typing error', () => {
  const { read } = reader([feature({ name: 'quiz_score', missing: { kind: 'fill', value: 50 } })]);
  expect(read({ quiz_scor: 80 })).toEqual([
    {
      field: 'quiz_scor',
      rule: 'unknown',
      message: '"quiz_scor" is not a field of the contract; did you mean "quiz_score"?',
    },
  ]);
});

test('names of Object.prototype are fields like any other', () => {
  const { read } = reader([feature({ name: 'constructor' })]);
  expect(read({})?.[0]).toMatchObject({ field: 'constructor', rule: 'required' });
  expect(read(JSON.parse('{"constructor": 1}'))).toBeNull();
  expect(read(JSON.parse('{"constructor": 1, "__proto__": {"x": 1}}'))?.[0]).toMatchObject({
    field: '__proto__',
    rule: 'unknown',
  });
});

test('of very many unknown fields the first ten are named, and the rest are counted', () => {
  const { read } = reader([hours]);
  const record = { hours_studied: 1, ...Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`f${at}`, 1])) };
  const issues = read(record) ?? [];
  expect(issues).toHaveLength(10);
  expect(issues[9]?.message).toMatch(/^"f9" .*\(and 990 more are not\)$/);
});

test('a bad element of an array is named with its place and value', () => {
  const { read } = reader([feature({ name: 'v', type: 'array', shape: [3], maximum: 9 })]);
  const messageOf = (v: unknown) => read({ v })?.[0]?.message;
  expect(messageOf([1, 2, 10])).toBe('v[2] is 10; it must be a number up to 9');
  expect(messageOf([1, 'x', 3])).toBe('v[1] is "x"; it must be a finite number');
  expect(messageOf([1, 2, Number.NaN])).toBe('v[2] is "NaN"; it must be a finite number');
});

test('an integer that float64 cannot hold is refused with that reason', () => {
  const { read } = reader([feature({ name: 'n', type: 'integer' })]);
  expect(read({ n: 2 ** 53 })?.[0]?.message).toContain('beyond 2^53');
});
