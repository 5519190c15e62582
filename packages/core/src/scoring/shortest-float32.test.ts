import { expect, test } from 'vitest';
import { shortestFloat32 } from './index.ts';

/** The definition, written the slow way: the first precision whose text reads back the same. */
function bySearch(x: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(x.toPrecision(digits));
    if (Math.fround(candidate) === x) return candidate;
  }
  return Number(x.toPrecision(9));
}

const bits = new DataView(new ArrayBuffer(4));
function float32At(pattern: number): number {
  bits.setUint32(0, pattern);
  return bits.getFloat32(0);
}

test('0.83 and its like print as they were written', () => {
  for (const text of ['0.83', '0.1', '0.7', '1', '100', '0.000123', '16777216', '3.4028235e38', '1e-45', '-0.25']) {
    expect(shortestFloat32(Math.fround(Number(text)))).toBe(Number(text));
  }
});

test('over bit patterns of every magnitude it equals the definition and reads back the same', () => {
  // A stride that is odd visits all exponents and many mantissas; the sign is mirrored.
  for (let pattern = 1; pattern < 0x7f800000; pattern += 50_021) {
    const x = float32At(pattern);
    const short = shortestFloat32(x);
    expect(Math.fround(short)).toBe(x);
    expect(short).toBe(bySearch(x));
    expect(shortestFloat32(-x)).toBe(-short);
  }
});

test('probabilities, where scores live, equal the definition around powers of ten too', () => {
  for (const centre of [1e-4, 1e-3, 1e-2, 0.1, 1, 10]) {
    bits.setFloat32(0, centre);
    const middle = bits.getUint32(0);
    for (let step = -500; step <= 500; step++) {
      const x = float32At(middle + step);
      expect(shortestFloat32(x)).toBe(bySearch(x));
    }
  }
});

test('zero, NaN and infinities stay', () => {
  expect(Object.is(shortestFloat32(-0), -0)).toBe(true);
  expect(shortestFloat32(Number.NaN)).toBeNaN();
  expect(shortestFloat32(Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
});
