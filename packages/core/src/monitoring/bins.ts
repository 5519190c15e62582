/** Bins of a numeric profile, and the most categories that are told apart. */
export const binsMax = 10;
export const categoriesMax = 50;

/**
 * Edges that cut sorted numbers into at most `bins` parts of nearly equal size. Equal values never fall apart: a value
 * more frequent than its part gets a bin of its own, and the rest is shared out anew. An edge is the least value of
 * the bin to its right.
 */
export function equalFrequencyEdges(sorted: ArrayLike<number>, bins: number): number[] {
  const edges: number[] = [];
  let start = 0;
  for (let left = bins; left > 1; left--) {
    let end = start + Math.max(1, Math.round((sorted.length - start) / left));
    while (end < sorted.length && sorted[end] === sorted[end - 1]) end++;
    if (end >= sorted.length) break;
    edges.push(sorted[end]);
    start = end;
  }
  return edges;
}

/** Adds to `counts` how many of the first `rows` values fall into each bin; NaN falls into none. */
export function countInto(counts: Float64Array, edges: Float64Array, values: ArrayLike<number>, rows: number): void {
  const last = edges.length;
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    if (Number.isNaN(value)) continue;
    let bin = 0;
    // Comparing with all edges has no branch to mispredict, and beats a search among so few.
    for (let edge = 0; edge < last; edge++) bin += +(value >= edges[edge]);
    counts[bin]++;
  }
}
