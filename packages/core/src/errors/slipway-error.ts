import type { ErrorKind } from './kinds.ts';
import { type ErrorCode, errorRegistry } from './registry.ts';

const brand = Symbol.for('slipway.error');

/** What a thrower knows of the case at hand. */
export interface ErrorContext {
  /** What is wrong, in one sentence with the offending value. */
  readonly message: string;
  /** Where: a file with line and column, a field, a row. */
  readonly where?: string | undefined;
  /** What to do, when the case allows a better hint than the registry's. */
  readonly hint?: string | undefined;
  /** Facts for programs: the issues of a record, the names of columns. Must be JSON. */
  readonly details?: unknown;
  readonly cause?: unknown;
}

/** An operating error: something outside the code is wrong, and the message says what, where and what to do. */
export class SlipwayError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  /** Not there at all, like `details`, where nothing was said: Node prints every property that an error has. */
  declare readonly where: string | undefined;
  readonly hint: string;
  declare readonly details: unknown;

  constructor(code: ErrorCode, context: ErrorContext) {
    super(context.message, context.cause === undefined ? undefined : { cause: context.cause });
    this.name = 'SlipwayError';
    this.code = code;
    this.kind = errorRegistry[code].kind;
    if (context.where !== undefined) this.where = context.where;
    this.hint = context.hint ?? errorRegistry[code].hint;
    if (context.details !== undefined) this.details = context.details;
  }

  // Errors of duplicate installs are met, too, so they are recognised by brand and not by class.
  get [brand](): true {
    return true;
  }
}

/** The error to throw: `throw fail('INPUT_NOT_FOUND', { message, where })`. */
export function fail(code: ErrorCode, context: ErrorContext): SlipwayError {
  return new SlipwayError(code, context);
}

export function isSlipwayError(value: unknown): value is SlipwayError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}

/** Wraps whatever was thrown, once, at a boundary. Keeps the cause. */
export function asSlipwayError(thrown: unknown, code: ErrorCode = 'INTERNAL'): SlipwayError {
  if (isSlipwayError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return fail(code, { message, cause: thrown });
}
