import { type ErrorCode, errorRegistry, type Issue, type SlipwayError } from '@slipway/core';
import { httpStatuses } from './http-status.ts';
import { serverLimits } from './limits.ts';

/** The body of every answer that is an error: `{ "error": … }`. */
export interface Problem {
  readonly code: ErrorCode;
  /** What is wrong, with the offending value. */
  readonly message: string;
  /** Where: a place in the body, a record of many. */
  readonly where?: string;
  readonly hint: string;
  /** Of a record that breaks the contract: the broken rules, as many as are listed. */
  readonly issues?: readonly PlacedIssue[];
  /** How many rules are broken, where not all are listed. */
  readonly issues_total?: number;
  readonly request_id?: string;
}

export interface PlacedIssue extends Issue {
  /** Of a record among many: its place, from 0. */
  readonly record?: number;
}

export function statusOf(error: SlipwayError): number {
  return httpStatuses[error.kind];
}

/** What a caller may see of an error. Of trouble on our side only its name: the log has the rest. */
export function problemOf(error: SlipwayError, requestId: string | null): Problem {
  const { code, where } = error;
  const id = requestId === null ? {} : { request_id: requestId };
  if (statusOf(error) >= 500 && error.kind !== 'unavailable') {
    const hint = 'Report the request id to the owner of the service; its log has the cause.';
    return { code, message: errorRegistry[code].summary, hint, ...id };
  }
  const issues = issuesOf(error);
  const listed = issues.length === 0 ? {} : { issues: issues.slice(0, serverLimits.issues) };
  const total = issues.length > serverLimits.issues ? { issues_total: issues.length } : {};
  const place = where === undefined ? {} : { where };
  return { code, message: cut(error.message), ...place, hint: error.hint, ...listed, ...total, ...id };
}

export function issuesOf(error: SlipwayError): readonly PlacedIssue[] {
  const details = error.details as { readonly issues?: readonly PlacedIssue[] } | undefined;
  return details?.issues ?? [];
}

const messageCharsMax = 2000;

function cut(message: string): string {
  return message.length <= messageCharsMax ? message : `${message.slice(0, messageCharsMax)}…`;
}
