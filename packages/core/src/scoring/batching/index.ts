export { type BatchCall, Batcher, type BatcherOptions } from './batcher.ts';
export { LatencyModel } from './latency-model.ts';
export type { After, BatchMeter, Execution, Executors, RejectReason, Slice } from './ports.ts';
