import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../types.ts';
import { canonicalJson } from './canonical-json.ts';

test('names are sorted by their code units at every depth, and nothing is spaced', () => {
  expect(canonicalJson({ b: 1, a: { d: [1, { z: 0, y: null }], c: 'x' }, B: true, é: 2, '\u20ac': 3 })).toBe(
    '{"B":true,"a":{"c":"x","d":[1,{"y":null,"z":0}]},"b":1,"é":2,"€":3}',
  );
});

test('numbers and text are as ECMAScript writes them', () => {
  expect(canonicalJson([1e21, 1e-7, -0, 0.1, '\u2028"\\\u0007', '\ud800'])).toBe(
    '[1e+21,1e-7,0,0.1,"\u2028\\"\\\\\\u0007","\\ud800"]',
  );
});

test('a member that is undefined is left out', () => {
  expect(canonicalJson({ a: undefined, b: 1 } as unknown as Json)).toBe('{"b":1}');
});

test('any document reads back as itself, and has one text whatever the order of its names', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value as Json);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(turned(value as Json))).toBe(text);
    }),
    { seed: 4, numRuns: 300 },
  );
});

function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, turned(member)]),
  );
}
