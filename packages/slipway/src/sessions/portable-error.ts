import { asSlipwayError, type ErrorCode, fail, type SlipwayError } from '@slipway/core';

/** An error as plain data: a class and its brand don't cross threads. */
export interface PortableError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly where: string | undefined;
  readonly hint: string;
  readonly cause: string | null;
}

export function portableError(thrown: unknown): PortableError {
  const { code, message, where, hint, cause } = asSlipwayError(thrown);
  return { code, message, where, hint, cause: cause instanceof Error ? (cause.stack ?? cause.message) : null };
}

export function reviveError({ code, message, where, hint, cause }: PortableError): SlipwayError {
  return fail(code, { message, where, hint, cause: cause ?? undefined });
}
