/**
 * What a file may make the reader do. Memory: typed lists grow by doubling and hold at most 8 bytes for each byte read,
 * and the counts below bound the objects that few bytes can ask for, so that reading costs at most `memoryTimesMax`
 * times the file's size (the worst case: a list of one-byte integers while it is cut to its length).
 */
export const onnxLimits = {
  bytesMax: 2 ** 31 - 1,
  memoryTimesMax: 64,
  nodesMax: 250_000,
  initializersMax: 250_000,
  valuesMax: 100_000,
  attributesMax: 1_000,
  rankMax: 64,
  depthMax: 32,
} as const;
