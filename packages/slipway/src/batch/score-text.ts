import { shortestFloat32 } from '@slipway/core';

/**
 * Scores print as JavaScript prints them: float32 as the shortest text that reads back the same, in CSV and JSON alike.
 * DuckDB prints most of them so, and in its own threads. It differs for whole numbers (`1.0`), below 1e-4
 * (`2.3e-05`), for large numbers, and where the exact decimal value ends in a five right behind the shortest text.
 * Answers the rows that are printed here instead.
 */
export function* scoreTexts(values: Float32Array | Float64Array): Generator<readonly [row: number, text: string]> {
  const single = values instanceof Float32Array;
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * (single ? 1 : 2));
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    const low = words[single ? row : 2 * row] as number;
    if (single ? printsAlike32(value, low) : printsAlike64(value, low)) continue;
    yield [row, String(single ? shortestFloat32(value) : value)];
  }
}

/**
 * A text of at most eight digits that is half of its last place away from the exact value needs an exact value of at
 * most nine digits, so a value with few bits: 14 - 0.7 log2(value) of the 24 are zero at its end. Such a value is not
 * taken for alike, whole numbers among them.
 */
function printsAlike32(value: number, bits: number): boolean {
  const size = Math.abs(value);
  if (size < 1e-4) return false;
  if (size < 1) return (bits & 0x3ff) !== 0;
  if (size < 1024) return (bits & 0x7f) !== 0;
  return size < 131_072 && (bits & 0x3) !== 0;
}

/** The same for 17 digits: at least 29 zeros at the end below 1, and 8 below 2^30. */
function printsAlike64(value: number, lowWord: number): boolean {
  const size = Math.abs(value);
  if (size < 1e-4) return false;
  if (size < 1) return (lowWord & 0x1fff_ffff) !== 0;
  return size < 2 ** 30 && (lowWord & 0xff) !== 0;
}
