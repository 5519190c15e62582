export { feature, inputContract } from './feature.ts';
export { type MemoryIo, type MemoryIoOptions, memoryIo } from './memory-io.ts';
export { type SumSessionOptions, sumSession } from './sum-session.ts';
