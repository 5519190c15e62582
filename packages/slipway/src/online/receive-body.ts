import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { fail, type SlipwayError } from '@slipway/core';
import { callerGone } from './caller-gone.ts';
import { answeredEarly } from './early-answers.ts';
import { serverLimits } from './limits.ts';

/** Called once with the whole body, or with the reason why it is not read. */
export type BodyReceiver = (bytes: Buffer, refused: SlipwayError | null) => void;

const nothing = Buffer.alloc(0);

export interface BodyRules {
  readonly bytesMax: number;
  /** Why the route does not read such a body at all, by its content type. */
  readonly wrongType: SlipwayError | null;
  /** Content encodings that the route unpacks itself. */
  readonly encodings?: readonly string[] | undefined;
}

/** Ends a body before it is here, for a reason; one that is here already stays as it is. */
export type StopBody = (reason: SlipwayError) => void;

/**
 * Receives a body of at most `bytesMax`. A body of another kind, or a larger one, is refused before it is read; of one
 * whose caller goes away in the middle the reason is CALLER_GONE.
 */
export function receiveBody(message: IncomingMessage, rules: BodyRules, receive: BodyReceiver): StopBody {
  const refused = refusedHeaders(message.headers, rules);
  if (refused === null) return collect(message, rules.bytesMax, receive);
  discardBody(message, rules.bytesMax);
  receive(nothing, refused);
  return () => {};
}

function refusedHeaders(
  headers: IncomingHttpHeaders,
  { bytesMax, wrongType, encodings = [] }: BodyRules,
): SlipwayError | null {
  return (
    wrongType ??
    wrongEncoding(headers['content-encoding'], encodings) ??
    tooLarge(Number(headers['content-length'] ?? 0), bytesMax)
  );
}

/** Gathers the body; one that outgrows the limit on its way is refused as soon as it does. */
function collect(message: IncomingMessage, bytesMax: number, receive: BodyReceiver): StopBody {
  let first: Buffer | null = null;
  let rest: Buffer[] | null = null;
  let length = 0;
  let isDone = false;
  message.on('data', onData);
  message.on('end', onEnd);
  message.on('close', onClose);

  function onData(chunk: Buffer): void {
    if (isDone) return;
    length += chunk.length;
    if (length > bytesMax) stop(tooLarge(length, bytesMax) as SlipwayError);
    else if (first === null) first = chunk;
    else if (rest === null) rest = [first, chunk];
    else rest.push(chunk);
  }

  function onEnd(): void {
    if (isDone) return;
    isDone = true;
    receive(rest === null ? (first ?? nothing) : Buffer.concat(rest), null);
  }

  function onClose(): void {
    if (!isDone) stop(callerGone());
  }

  function stop(reason: SlipwayError): void {
    if (isDone) return;
    isDone = true;
    first = null;
    rest = null;
    discardBody(message, bytesMax);
    receive(nothing, reason);
  }
  return stop;
}

/** Lets the rest of a body of at most `bytesMax` pass, within reason; who sends more than that is cut off. */
export function discardBody(message: IncomingMessage, bytesMax: number): void {
  let length = 0;
  answeredEarly(message);
  message.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > bytesMax * serverLimits.discardFactor) message.destroy();
  });
}

function tooLarge(bytes: number, bytesMax: number): SlipwayError | null {
  if (bytes <= bytesMax) return null;
  return fail('BODY_TOO_LARGE', { message: `The body has more than ${bytesMax} bytes.` });
}

/** Why a content type is not that of JSON. JSON is UTF-8; a parameter that says otherwise is believed. */
export function jsonTypeFault(type: string | undefined): SlipwayError | null {
  if (type === 'application/json') return null;
  if (type === undefined) return fail('CONTENT_TYPE', { message: 'The request has no content type.' });
  const [, media = '', parameters = ''] = /^([^;]*)(.*)$/s.exec(type) ?? [];
  if (media.trim().toLowerCase() !== 'application/json') {
    return fail('CONTENT_TYPE', { message: `The content type is ${quoted(type)}.` });
  }
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(parameters)?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return null;
  return fail('CONTENT_TYPE', { message: `The charset is ${quoted(charset)}; JSON is read as UTF-8.` });
}

function wrongEncoding(encoding: string | undefined, known: readonly string[]): SlipwayError | null {
  if (encoding === undefined || encoding === 'identity' || known.includes(encoding)) return null;
  return fail('CONTENT_ENCODING', { message: `The content encoding is ${quoted(encoding)}.` });
}

function quoted(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 60)}…`);
}
