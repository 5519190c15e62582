// Every function of this folder uses only + - * / and the bits of numbers: those are the same in every JavaScript
// engine, while Math.exp, Math.log and their kin are not.

const float64 = new Float64Array(1);
const words = new Uint32Array(float64.buffer);
const float32 = new Float32Array(1);
const word = new Int32Array(float32.buffer);

float64[0] = 1;
const high = words[1] === 0 ? 0 : 1;

/** The upper 32 bits of a float64: sign, exponent and the first 20 bits of the fraction. */
export function highWord(x: number): number {
  float64[0] = x;
  return words[high];
}

const powers = new Float64Array(2098);
powers[1074] = 1;
for (let k = 1; k <= 1023; k++) powers[1074 + k] = powers[1074 + k - 1] * 2;
for (let k = 1; k <= 1074; k++) powers[1074 - k] = powers[1074 - k + 1] / 2;

/** `x * 2^k` for -2148 <= k <= 2046, rounded once when the result is not subnormal. */
export function scaleByPower(x: number, k: number): number {
  if (k >= -1022 && k <= 1023) return x * powers[k + 1074];
  if (k > 1023) return x * powers[1023 + 1074] * powers[k - 1023 + 1074];
  return x * powers[k + 1021 + 1074] * powers[-1021 + 1074];
}

/** The largest float32 below a float32 `x`; NaN and -Infinity stay. */
export function nextDown(x: number): number {
  if (Number.isNaN(x) || x === Number.NEGATIVE_INFINITY) return x;
  float32[0] = x === 0 ? 0 : x;
  if (float32[0] === 0) word[0] = 0x80000001 | 0;
  else word[0] += float32[0] > 0 ? -1 : 1;
  return float32[0];
}

/** The largest float64 below `x`; NaN and -Infinity stay. */
export function nextDownFloat64(x: number): number {
  if (Number.isNaN(x) || x === Number.NEGATIVE_INFINITY) return x;
  if (x === 0) return -Number.MIN_VALUE;
  float64[0] = x;
  // The bits of a float64 count its magnitude: one less above 0, one more below.
  const low = words[1 - high];
  words[1 - high] = x > 0 ? low - 1 : low + 1;
  if (x > 0 && low === 0) words[high] -= 1;
  if (x < 0 && low === 0xffffffff) words[high] += 1;
  return float64[0];
}

/** The smallest float64 above `x`; NaN and Infinity stay. */
export function nextUpFloat64(x: number): number {
  return -nextDownFloat64(-x);
}

/** The smallest float32 above a float32 `x`; NaN and Infinity stay. */
export function nextUp(x: number): number {
  return -nextDown(-x);
}
