/** Offset and scale of one feature, as float32: z = (x - offset) * scale has mean 0 and standard deviation 1. */
export interface Standard {
  readonly offset: number;
  readonly scale: number;
}

/** Mean and standard deviation of the chosen rows. A column that never changes keeps its scale: its weight will be 0. */
export function standardOf(values: Float64Array, rows: Uint32Array): Standard {
  let mean = 0;
  let count = 0;
  let squares = 0;
  // Welford's recurrence keeps the digits of small spreads around large means.
  for (const row of rows) {
    const value = Math.fround(values[row]);
    const before = value - mean;
    count += 1;
    mean += before / count;
    squares += before * (value - mean);
  }
  const scale = Math.fround(1 / Math.sqrt(squares / count));
  return { offset: Math.fround(mean), scale: Number.isFinite(scale) && squares > 0 ? scale : 1 };
}
