import type { SlipwayError } from '@slipway/core';
import { problemOf } from '../problem.ts';

/** KServe's client shows the error of an answer of exactly this type; to a text the framework would add a charset. */
const headers = { 'content-type': 'application/json' };

/** An error as the protocol writes it: `error` is a text. Beside it what our other routes say of one. */
export function openInferenceProblem(error: SlipwayError, requestId: string) {
  const { message, ...rest } = problemOf(error, requestId);
  // Clients show this text alone, so that it has to name the row too.
  const row = /^records\[(\d+)\]$/.exec(rest.where ?? '')?.[1];
  const text = row === undefined ? message : `${message} (row ${row})`;
  return { headers, body: Buffer.from(JSON.stringify({ error: text, ...rest })) };
}
