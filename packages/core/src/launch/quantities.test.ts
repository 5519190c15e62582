import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytes, countPerTime, milliseconds, share } from './quantities.ts';
import { duration, fraction, rate, size } from './schema/forms.ts';

const about = { title: 't', description: 'd' };

/** Texts that a form's own pattern accepts. */
function written(schema: { readonly pattern?: string }): fc.Arbitrary<string> {
  // The look-ahead that shuts out zero is a filter here, since the generator does not know it.
  const pattern = new RegExp(schema.pattern ?? '', 'u');
  return fc.stringMatching(new RegExp(pattern.source.replace('(?=.*[1-9])', ''))).filter((text) => pattern.test(text));
}

test.each([
  ['1ms', 1],
  ['0.5ms', 0.5],
  ['200ms', 200],
  ['1.1s', 1100],
  ['15m', 900_000],
  ['0.1h', 360_000],
  ['26h', 93_600_000],
  ['30d', 2_592_000_000],
])('the duration %s is %d ms', (text, expected) => {
  expect(milliseconds(text)).toBe(expected);
});

test.each([
  ['1B', 1],
  ['50kB', 50_000],
  ['1MB', 1_000_000],
  ['1.001MB', 1_001_000],
  ['3GB', 3_000_000_000],
  ['64KiB', 65_536],
  ['1.5MiB', 1_572_864],
  ['1GiB', 1_073_741_824],
  ['0.001KiB', 1],
])('the size %s is %d bytes', (text, expected) => {
  expect(bytes(text)).toBe(expected);
});

test.each([
  ['1%', 0.01],
  ['0.7%', 0.007],
  ['99.9%', 0.999],
  ['100%', 1],
  ['0%', 0],
  [0.25, 0.25],
] as const)('the fraction %s is %d', (value, expected) => {
  expect(share(value)).toBe(expected);
});

test('a rate is a count in a time', () => {
  expect(countPerTime('100/s')).toEqual({ count: 100, perMs: 1000 });
  expect(countPerTime('6000/m')).toEqual({ count: 6000, perMs: 60_000 });
  expect(countPerTime('1/h')).toEqual({ count: 1, perMs: 3_600_000 });
});

test('every text that the schema accepts is read as a quantity above zero', () => {
  const check = (texts: fc.Arbitrary<string>, read: (text: string) => number) =>
    fc.assert(
      fc.property(texts, (text) => Number.isFinite(read(text)) && read(text) > 0),
      { seed: 7, numRuns: 200 },
    );
  check(written(duration(about)), milliseconds);
  check(written(size(about)), bytes);
  check(written(rate(about)), (text) => countPerTime(text).count / countPerTime(text).perMs);
  check(written(fraction(about, { positive: true }).oneOf?.[0] ?? {}), (text) =>
    share(text) <= 1 ? share(text) : Number.NaN,
  );
});
