const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
/** Below it a number of three decimals, without its point, is a 32-bit integer. */
const shortMax = 1e6;
const decimalsMax = 3;

/**
 * Writes a number as `JSON.stringify` does, at most 32 bytes; answers where it ends. Measured values, counts and times
 * have few decimals, and are written digit by digit: `String` searches the shortest digits for several times as long.
 */
export function putNumber(memory: Uint8Array, start: number, value: number): number {
  if (value > -shortMax && value < shortMax) {
    for (let decimals = 0, scale = 1; decimals <= decimalsMax; decimals++, scale *= 10) {
      const whole = (value * scale) | 0;
      // The double nearest to a decimal of at most 15 digits has that decimal as its shortest text.
      if (whole / scale === value) return putDecimal(memory, start, whole, decimals, scale);
    }
  }
  return putPlain(memory, start, Number.isFinite(value) ? String(value) : 'null');
}

/** A text without anything to escape, for which there is room. */
export function putPlain(memory: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) memory[at + index] = text.charCodeAt(index);
  return at + text.length;
}

function putDecimal(memory: Uint8Array, start: number, whole: number, decimals: number, scale: number): number {
  let at = start;
  if (whole < 0) memory[at++] = minus;
  const digits = whole < 0 ? -whole : whole;
  const before = (digits / scale) | 0;
  at = putDigits(memory, at, before, digitsOf(before));
  if (decimals === 0) return at;
  memory[at++] = point;
  return putDigits(memory, at, digits - before * scale, decimals);
}

function putDigits(memory: Uint8Array, start: number, value: number, count: number): number {
  let rest = value;
  for (let at = start + count - 1; at >= start; at--) {
    const tenth = (rest / 10) | 0;
    memory[at] = zero + rest - tenth * 10;
    rest = tenth;
  }
  return start + count;
}

function digitsOf(value: number): number {
  let count = 1;
  for (let bound = 10; value >= bound; bound *= 10) count++;
  return count;
}
