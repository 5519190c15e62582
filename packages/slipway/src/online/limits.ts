/** The bounds of the server that no launch file sets. Body and records have theirs in its `online` block. */
export const serverLimits = {
  /** Objects and arrays in one another: the list of records, a record, and an array feature of many dimensions. */
  depth: 32,
  /** A whole request must have arrived in this time. */
  requestMs: 30_000,
  /** Its headers in this. */
  headersMs: 10_000,
  /** An idle connection is kept this long: more than the 60 s of common load balancers, so that they close first. */
  keepAliveMs: 72_000,
  /** A message of gRPC; what the tensors in it may have is the launch file's `online.body`. */
  grpcMessageBytes: 64_000_000,
  /** Calls of gRPC at work at once on one connection. */
  grpcStreams: 256,
  /** Broken rules that one error lists: a body of a million wrong records must not make an answer of a gigabyte. */
  issues: 100,
  /** Characters of a request id that is echoed and logged. */
  requestIdChars: 128,
  /** Before a model is open no request is answered; a body need not be larger than an error. */
  bodyBytesUnopened: 1_000_000,
  /** A body beyond its limit is read to this multiple of it and thrown away, so that the caller gets to hear why. */
  discardFactor: 32,
} as const;
