import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonFault } from './json-fault.ts';

test.each([
  ['{"a": NaN}', 'NaN is not JSON', 1, 7],
  ['{"a": -Infinity}', '-Infinity is not JSON', 1, 7],
  ['{"a": 01}', '01 is not JSON', 1, 7],
  ['{"a": 1.}', '1. is not JSON', 1, 7],
  ['{"a": True}', 'True is not JSON', 1, 7],
  ['{"a": undefined}', 'undefined is not JSON', 1, 7],
  ['{"a": 1,}', '"}" stands where a name in double quotes belongs', 1, 9],
  ["{'a': 1}", '"\'" stands where a name in double quotes belongs', 1, 2],
  ['{a: 1}', '"a" stands where a name in double quotes belongs', 1, 2],
  ['{"a" 1}', '"1" stands where ":" belongs', 1, 6],
  ['{"a": 1 "b": 2}', '"\\"" stands where "," or "}" belongs', 1, 9],
  ['{\n  "a": [1, 2\n}', '"}" stands where "," or "]" belongs', 3, 1],
  ['{"a": }', '"}" stands where a value belongs', 1, 7],
  ['{"a": "x', 'the string that begins here has no end', 1, 7],
  ['{"a": "\\x"}', '"\\\\x" is no escape', 1, 8],
  ['{"a": "x\ny"}', 'a string holds a raw line break or control character', 1, 9],
  ['{} {}', '"{" follows the end of the document', 1, 4],
  ['  ', 'the end of the body stands where a value belongs', 1, 3],
  ['a=1&b=2', 'a is not JSON', 1, 1],
  ['1=2', '"=" follows the end of the document', 1, 2],
  ['{"a": 1, "b": {"c": 1, "\\u0063": 2}}', 'the name "c" stands twice in one object', 1, 24],
])('%j: %s', (text, reason, line, column) => {
  expect(findJsonFault(text)).toEqual({ reason, line, column });
});

test('every text that JSON.parse takes has no fault, and every other has one', () => {
  const anyText = fc.string({ unit: fc.constantFrom(...'{}[]",:\\ntrue1-.e \n') });
  fc.assert(
    fc.property(fc.oneof(fc.json(), anyText), (text) => {
      const fault = findJsonFault(text);
      // A name that stands twice is a fault of ours alone, and may hide one behind it.
      if (fault?.reason.includes('stands twice')) return;
      expect(fault === null).toBe(parses(text));
    }),
    { numRuns: 2000, seed: 20261124 },
  );
});

test('a string of a million characters is read without deep recursion', () => {
  expect(findJsonFault(`{"a": "${'x'.repeat(1_000_000)}`)?.reason).toBe('the string that begins here has no end');
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
