import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putNumber } from './number-bytes.ts';

const memory = new Uint8Array(64);
const textOf = (value: number) => new TextDecoder().decode(memory.subarray(5, putNumber(memory, 5, value)));

test.each([
  0,
  -0,
  1,
  -1,
  9,
  10,
  0.1,
  -0.1,
  0.001,
  0.0005,
  12.5,
  99.999,
  100,
  999_999.999,
  1e6,
  -1e6,
  0.1 + 0.2,
  1e21,
  1e-7,
  5e-324,
  -1.7976931348623157e308,
  2 ** 53,
  Math.fround(0.1),
  Number.NaN,
  Number.POSITIVE_INFINITY,
])('the number %d is written as JSON has it', (value) => {
  expect(textOf(value)).toBe(JSON.stringify(value));
});

test('any number is written as JSON has it: doubles, floats, integers and decimals', () => {
  const decimal = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 6 })).map(([whole, places]) => whole / 10 ** places);
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.float(), fc.integer(), decimal), (value) => {
      expect(textOf(value)).toBe(JSON.stringify(value));
    }),
    { seed: 20261124, numRuns: 5000 },
  );
});
