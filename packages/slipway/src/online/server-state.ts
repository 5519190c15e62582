import { fail, type SlipwayError } from '@slipway/core';

/** Where the server stands on its way from start to end. */
export interface ServerState {
  /** It still answers, but asks to be sent nothing more: readiness is 503, and connections end with their answer. */
  draining: boolean;
  /** It answers no new request. */
  refusing: boolean;
  /** Requests to models that are not answered yet. */
  inFlight: number;
}

export function newServerState(): ServerState {
  return { draining: false, refusing: false, inFlight: 0 };
}

/** Of one model, where it is known which. */
export function notReady(entry?: {
  readonly name: string | null;
  readonly trouble: SlipwayError | null;
}): SlipwayError {
  if (entry === undefined || entry.name === null)
    return fail('MODEL_NOT_READY', { message: 'The model is not open yet.' });
  const { name, trouble } = entry;
  const message = trouble === null ? `${name} is not open yet.` : `${name} cannot be opened: ${trouble.message}`;
  return fail('MODEL_NOT_READY', { message });
}

export function draining(): SlipwayError {
  return fail('SERVER_DRAINING', { message: 'The server is stopping.' });
}
