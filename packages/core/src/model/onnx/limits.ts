/**
 * What a file may make the reader do. Memory: no length in the file is trusted, typed lists grow by doubling and hold at
 * most 8 bytes for each byte read, text is decoded as it is read, and the counts below bound the objects that few bytes
 * can ask for. So a model that was read takes at most `keptTimesMax` times the file's size (the worst known: tensors
 * without a value, 37 times), and reading it at most `memoryTimesMax` times (a list of one-byte integers while it is cut
 * to its length). Real models take about as much as their file. Subgraphs and functions are looked through but kept as
 * bytes, `depthMax` deep, as deep as ONNX Runtime's own reader goes.
 */
export const onnxLimits = {
  bytesMax: 2 ** 31 - 1,
  memoryTimesMax: 64,
  keptTimesMax: 48,
  nodesMax: 250_000,
  initializersMax: 250_000,
  valuesMax: 100_000,
  attributesMax: 1_000,
  rankMax: 64,
  depthMax: 32,
} as const;
