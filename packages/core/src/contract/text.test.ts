import { feature } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { valueFromText } from './index.ts';

test.each([
  ['12', 12],
  [' -0.5e3 ', -500],
  ['.5', 0.5],
  ['nan', Number.NaN],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['0x10', '0x10'],
  ['1,5', '1,5'],
  ['', ''],
  ['12abc', '12abc'],
])('the text %o means the number %o, or stays text for the contract to refuse', (text, value) => {
  expect(valueFromText(feature({ name: 'x' }), text)).toEqual(value);
});

test('true, false, 1 and 0 are booleans in any case; nothing else is', () => {
  const spec = feature({ name: 'x', type: 'boolean' });
  expect(['TRUE', 'false', '1', '0', 'yes', ''].map((text) => valueFromText(spec, text))).toEqual([
    true,
    false,
    true,
    false,
    'yes',
    '',
  ]);
});

test('text stays as it is, and null is missing in every type', () => {
  expect(valueFromText(feature({ name: 'x', type: 'string' }), ' a ')).toBe(' a ');
  expect(valueFromText(feature({ name: 'x' }), null)).toBeNull();
});

test('an array is JSON', () => {
  const spec = feature({ name: 'x', type: 'array', shape: [2] });
  expect(valueFromText(spec, '[1, 2]')).toEqual([1, 2]);
  expect(valueFromText(spec, '[1, 2')).toBe('[1, 2');
});
