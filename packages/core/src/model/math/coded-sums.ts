// Sums of which some terms stand in tables; see CodedLinearStep. `starts` says for each input where its table starts, or
// is -1 where weights multiply it. Weights and tables lie input after input, place after place, a number for each sum.

/** Float32 sums: products and sums are rounded one by one, the bias last. */
export function codedSums(
  z: Float64Array,
  count: number,
  starts: Int32Array,
  weights: Float32Array,
  tables: Float32Array,
  bias: Float32Array | null,
  sums: Float64Array,
): void {
  const width = sums.length;
  sums.fill(0);
  for (let k = 0; k < count; k++) {
    const x = z[k];
    if (starts[k] < 0) {
      const at = k * width;
      for (let o = 0; o < width; o++) sums[o] = Math.fround(sums[o] + Math.fround(x * weights[at + o]));
    } else {
      const at = starts[k] + x * width;
      for (let o = 0; o < width; o++) sums[o] = Math.fround(sums[o] + tables[at + o]);
    }
  }
  if (bias !== null) for (let o = 0; o < width; o++) sums[o] = Math.fround(sums[o] + bias[o]);
}

/** Float64 sums. */
export function codedSumsDouble(
  z: Float64Array,
  count: number,
  starts: Int32Array,
  weights: Float64Array,
  tables: Float64Array,
  bias: Float64Array | null,
  sums: Float64Array,
): void {
  const width = sums.length;
  sums.fill(0);
  for (let k = 0; k < count; k++) {
    const x = z[k];
    if (starts[k] < 0) {
      const at = k * width;
      for (let o = 0; o < width; o++) sums[o] += x * weights[at + o];
    } else {
      const at = starts[k] + x * width;
      for (let o = 0; o < width; o++) sums[o] += tables[at + o];
    }
  }
  if (bias !== null) for (let o = 0; o < width; o++) sums[o] += bias[o];
}
