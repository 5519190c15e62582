// Each folder's index names its public parts; this is their sum.
export * from './contract/index.ts';
export * from './errors/index.ts';
export * from './launch/index.ts';
export * from './model/index.ts';
export * from './monitoring/index.ts';
export * from './protocol/index.ts';
export * from './rollout/index.ts';
export * from './scoring/index.ts';
export * from './statistics/index.ts';
