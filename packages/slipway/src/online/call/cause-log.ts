import type { SlipwayError } from '@slipway/core';
import type { ServedModel } from '../models/model-slot.ts';
import type { OnlineLog } from '../ports.ts';

const everyMs = 1000;

const told = new WeakMap<ServedModel, { nextMs: number; silent: number }>();

/**
 * Tells why a model failed, also where a fallback hid it from the caller. Once a second for each model in service: under
 * overload every request has the same cause, and its stack would be most of the log. How many were alike is told too.
 */
export function logCause(served: ServedModel, log: OnlineLog, request: string, err: SlipwayError, nowMs: number): void {
  const state = told.get(served) ?? { nextMs: Number.NEGATIVE_INFINITY, silent: 0 };
  told.set(served, state);
  if (nowMs < state.nextMs) {
    state.silent += 1;
    return;
  }
  const more = state.silent === 0 ? {} : { untold: state.silent };
  state.nextMs = nowMs + everyMs;
  state.silent = 0;
  const line = { request, model: served.name, version: served.version, ...more };
  // What the server does as it should has no stack worth reading.
  if (err.kind === 'internal' || err.kind === 'corrupt') log.error({ ...line, err }, 'the model failed on a record');
  else log.warn({ ...line, code: err.code, reason: err.message }, 'the fallback answers');
}
