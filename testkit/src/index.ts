export { feature, inputContract } from './feature.ts';
export { type MemoryIo, type MemoryIoOptions, memoryIo } from './memory-io.ts';
export { type BatchOptions, randomBatch, rowsOf, wholeBinding } from './model-binding.ts';
export * from './models/index.ts';
export { Random } from './random.ts';
export { runtimeCases, type SessionCase, tabularCases } from './session-cases.ts';
export { type SklearnCase, sklearnCases } from './sklearn-cases.ts';
export { type SumSessionOptions, sumSession } from './sum-session.ts';
