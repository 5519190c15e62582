export { feature, inputContract } from './feature.ts';
export { type MemoryIo, type MemoryIoOptions, memoryIo } from './memory-io.ts';
export * from './models/index.ts';
export { Random } from './random.ts';
export { type SumSessionOptions, sumSession } from './sum-session.ts';
