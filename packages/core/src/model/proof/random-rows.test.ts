import { feature, inputContract, Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { nextDown, nextDownFloat64, nextUp, nextUpFloat64 } from '../math/index.ts';
import type { FeatureEdges } from './edges.ts';
import { randomRows } from './random-rows.ts';

const contract = inputContract([
  feature({ name: 'share', type: 'number', minimum: 0, maximum: 1 }),
  feature({ name: 'above', type: 'number', exclusiveMinimum: 5, missing: { kind: 'null' } }),
  feature({ name: 'count', type: 'integer', minimum: -2, maximum: 7 }),
  feature({ name: 'flag', type: 'boolean' }),
  feature({ name: 'filled', type: 'number', missing: { kind: 'fill', value: 42 } }),
  feature({ name: 'city', type: 'string', enum: ['Bern', 'Zug'] }),
  feature({ name: 'pair', type: 'array', shape: [2] }),
]);

const edges = [[0.25, 9], [5], [], [0.5], [100]].map((numbers) => edgesAt(numbers));

function edgesAt(
  numbers: readonly number[],
  texts: readonly string[] = [],
  closed = false,
  wide = false,
): FeatureEdges {
  return { numbers: Float64Array.from(numbers), wide, texts, closed };
}

test('random rows stay within the contract, and visit edges and missing values', () => {
  const random = new Random(5);
  const { columns } = randomRows(contract, edges, 4000, () => random.next());
  const [share, above, count, flag, filled, city, pair] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    string[],
    Float64Array,
  ];
  expect(share.every((value) => value >= 0 && value <= 1)).toBe(true);
  expect(share).toContain(Math.fround(0.25));
  expect(share.some((value) => value > 0.25 && value < 0.25 + 1e-7)).toBe(true);
  expect(share).toContain(0);
  expect(share).toContain(1);
  expect(above.every((value) => Number.isNaN(value) || value > 5)).toBe(true);
  expect(above.some(Number.isNaN)).toBe(true);
  expect(count.every((value) => Number.isInteger(value) && value >= -2 && value <= 7)).toBe(true);
  expect([...new Set(flag)].sort()).toEqual([0, 1]);
  expect(filled).toContain(42);
  expect(filled.some(Number.isNaN)).toBe(false);
  expect([...new Set(city)].sort()).toEqual(['Bern', 'Zug']);
  expect(pair).toHaveLength(8000);
  expect(pair.every(Number.isFinite)).toBe(true);
});

test('an edge that only a float64 holds is visited, with its neighbours of either precision', () => {
  const random = new Random(8);
  const draw = (type: 'number' | 'integer', edge: number, wide: boolean) => {
    const own = inputContract([feature({ name: 'x', type })]);
    const [drawn] = randomRows(own, [edgesAt([edge], [], false, wide)], 2000, () => random.next()).columns;
    return new Set(drawn as Float64Array);
  };
  const narrow = [Math.fround(0.1), nextDown(Math.fround(0.1)), nextUp(Math.fround(0.1))];
  const fine = [0.1, nextDownFloat64(0.1), nextUpFloat64(0.1)];
  expect([...draw('number', 0.1, true)]).toEqual(expect.arrayContaining([...narrow, ...fine]));
  const rounded = draw('number', 0.1, false);
  expect([...rounded]).toEqual(expect.arrayContaining(narrow));
  expect(fine.filter((value) => rounded.has(value))).toEqual([]);
  expect([...draw('integer', 5, true)]).toEqual(expect.arrayContaining([4, 5, 6]));
});

test('a feature of no range gets values of the size of the thresholds', () => {
  const random = new Random(6);
  const { columns } = randomRows(
    { ...contract, features: [feature({ name: 'x', type: 'number' })] },
    [edgesAt([1e6])],
    500,
    () => random.next(),
  );
  const sorted = (columns[0] as Float64Array).map(Math.abs).sort();
  expect(sorted[250]).toBeGreaterThan(1e5);
});

test('text without a list is what the model knows, and what it does not know', () => {
  const random = new Random(7);
  const open = inputContract([feature({ name: 'city', type: 'string' }), feature({ name: 'zone', type: 'integer' })]);
  const draw = (closed: boolean) => {
    const own = [edgesAt([], ['Zürich', 'Bern'], closed), edgesAt([3, 8], [], closed)];
    return randomRows(open, own, 3000, () => random.next()).columns as [string[], Float64Array];
  };
  const [city] = draw(false);
  expect(new Set(city)).toEqual(
    new Set(['Zürich', 'Bern', '', 'a', 'Zürich ', 'Bern ', 'ürich', 'ern', 'ZÜRICH', 'BERN', 'Zu\u0308rich']),
  );
  // Where an unknown value is an error to the model, nearly all rows have to be of known ones.
  const [closedCity, closedZone] = draw(true);
  const strange = closedCity.filter((value) => value !== 'Zürich' && value !== 'Bern').length;
  expect(strange).toBeGreaterThan(0);
  expect(strange).toBeLessThan(30);
  expect(closedZone.filter((value) => value !== 3 && value !== 8).length).toBeLessThan(30);
});
