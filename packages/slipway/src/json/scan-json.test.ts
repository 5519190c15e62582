import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countMembers, scanJson } from './scan-json.ts';

test.each([
  ['1', 0, 0],
  ['{}', 1, 0],
  ['{"a":1,"b":"x"}', 1, 2],
  ['{"records":[{"a":[1]},{"a":[2]}]}', 4, 3],
  [String.raw`{"a:{[":"\\","b\"":"}]\\\""}`, 1, 2],
])('%s is %i deep and has %i members', (text, depth, members) => {
  expect(scanJson(text, 10)).toEqual({ depth, members });
  expect(countMembers(JSON.parse(text))).toBe(members);
});

test('what is written and what is parsed have equally many members, unless a name stands twice', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = JSON.stringify(value);
      expect(scanJson(text, 1000).members).toBe(countMembers(JSON.parse(text)));
    }),
    { numRuns: 100, seed: 20261124 },
  );
  const twice = '{"a":1,"\\u0061":2}';
  expect(scanJson(twice, 10).members).toBe(countMembers(JSON.parse(twice)) + 1);
});

test('the scan ends one beyond the bound', () => {
  expect(scanJson('['.repeat(1_000_000), 32).depth).toBe(33);
});
