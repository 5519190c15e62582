export { Batcher } from './batcher.ts';
export type { BatcherOptions } from './batcher-options.ts';
export { LatencyModel } from './latency-model.ts';
export type { After, BatchMeter, Execution, Executors, RejectReason, Slice } from './ports.ts';
