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

export function notReady(): SlipwayError {
  return fail('MODEL_NOT_READY', { message: 'The model is not open yet.' });
}

export function draining(): SlipwayError {
  return fail('SERVER_DRAINING', { message: 'The server is stopping.' });
}
