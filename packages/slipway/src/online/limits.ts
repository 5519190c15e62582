/**
 * The bounds that nobody sets. Body, records and deadline of a model have theirs in the `online` block of its launch file,
 * those of the place in the settings (`settings/limits-table.ts`).
 */
export const serverLimits = {
  /** Objects and arrays in one another: the list of records, a record, and an array feature of many dimensions. */
  depth: 32,
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
  /** Bytes of answers that wait for their callers, over all connections; beyond it the largest are cut. */
  unreadBytes: 256_000_000,
  /** How often connections are looked after: how much later than its time one is cut. */
  lookMs: 1000,
  /** How much later than its deadline a request whose body is still on its way is answered. */
  bodyLookMs: 20,
} as const;
