import { DuckDBInstance } from '@duckdb/node-api';
import { shortestFloat32 } from '@slipway/core';
import { expect, test } from 'vitest';
import { scoreTexts } from './score-text.ts';

const duckdb = await (await DuckDBInstance.create()).connect();

/** What a run prints for each value: our own text, or what DuckDB makes of the number. */
async function printed(values: Float32Array | Float64Array): Promise<string[]> {
  const single = values instanceof Float32Array;
  await duckdb.run(`CREATE OR REPLACE TABLE scores (place INTEGER, score ${single ? 'FLOAT' : 'DOUBLE'})`);
  const appender = await duckdb.createAppender('scores');
  values.forEach((value, place) => {
    appender.appendInteger(place);
    if (single) appender.appendFloat(value);
    else appender.appendDouble(value);
    appender.endRow();
  });
  appender.closeSync();
  const texts = (await duckdb.runAndReadAll('SELECT score::VARCHAR FROM scores ORDER BY place')).getRows();
  const own = new Map(scoreTexts(values));
  return texts.map(([text], place) => own.get(place) ?? String(text));
}

const bits = new DataView(new ArrayBuffer(4));

/** Every `stride`th float32 from `from` up to `to`. */
function floats(from: number, to: number, stride: number): Float32Array {
  bits.setFloat32(0, from);
  const first = bits.getUint32(0);
  bits.setFloat32(0, to);
  const last = bits.getUint32(0);
  return Float32Array.from({ length: Math.floor((last - first) / stride) }, (_, step) => {
    bits.setUint32(0, first + step * stride);
    return bits.getFloat32(0);
  });
}

test.each([
  // Values with few bits are where the two disagree, so those with zeros at their end are all tried.
  ['probabilities that end in eleven zero bits', floats(1e-4, 1, 2 ** 11)],
  ['probabilities', floats(1e-4, 1, 4099)],
  ['small ones', floats(1e-12, 1e-4, 9973)],
  ['scores to 1024 that end in ten zero bits', floats(1, 1024, 2 ** 10)],
  ['scores to 131072', floats(1024, 131_072, 2 ** 10)],
  ['large ones', floats(131_072, 3e38, 99_991)],
  ['whole ones and the edges', Float32Array.of(0, 1, -1, 0.5, 100, 1e-45, 3.4028235e38, 1e-4, 9.9999e-5, 16_777_216)],
])('float32 %s print as the online answer prints them', async (_, values) => {
  const wanted = Array.from(values, (value) => String(shortestFloat32(value)));
  expect(await printed(values)).toEqual(wanted);
  expect(await printed(values.map((value) => -value))).toEqual(
    Array.from(values, (value) => String(shortestFloat32(-value))),
  );
});

test('float64 scores print as JavaScript prints them', async () => {
  const few = Array.from({ length: 3000 }, (_, step) => (step * 7919) / 2 ** (3 + (step % 40)));
  const many = Array.from({ length: 3000 }, (_, step) => Math.exp((step - 1500) / 40));
  const values = Float64Array.from([...few, ...many, 0, 1, 0.1, 1e-7, 1e21, 123_456_789]);
  expect(await printed(values)).toEqual(Array.from(values, String));
});

test('most probabilities are left to DuckDB, which prints them in its own threads', () => {
  const values = floats(1e-3, 1, 4099);
  expect([...scoreTexts(values)].length).toBeLessThan(values.length / 500);
});
