export { assert, unreachable } from './assert.ts';
export type { ErrorEntry } from './error-entry.ts';
export { type ErrorKind, errorKinds } from './kinds.ts';
export { type ErrorCode, errorRegistry, retiredCodes } from './registry.ts';
export { asSlipwayError, type ErrorContext, fail, isSlipwayError, SlipwayError } from './slipway-error.ts';
