import type { IncomingMessage } from 'node:http';
import { fail, type SlipwayError } from '@slipway/core';
import type { FastifyInstance } from 'fastify';

/** What came over the wire after the headers. */
export interface ReceivedBody {
  /** When the headers were there, on the monotonic clock: latency counts from here. */
  readonly arrivedMs: number;
  readonly bytes: Buffer;
  /** Set where the body was refused before it was read. */
  readonly refused: SlipwayError | null;
}

export interface ReceiveOptions {
  readonly monotonicMs: () => number;
  /** Asked for each request, since another model may have another limit. */
  readonly bodyBytesMax: () => number;
}

/** A body beyond the limit is read to this multiple of it and thrown away, so that the caller gets to hear why. */
const discardFactor = 32;
const nothing = Buffer.alloc(0);

/**
 * Reads bodies instead of Fastify's own parsers: the limit may change while the server runs, a refused body still gets
 * the answer form of ours, and the cost is half.
 */
export function receiveBodies(app: FastifyInstance, options: ReceiveOptions): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request, payload, done) => {
    const arrivedMs = options.monotonicMs();
    const headers = request.raw.headers;
    const bytesMax = options.bodyBytesMax();
    const refused =
      wrongCharset(headers['content-type']) ??
      wrongEncoding(headers['content-encoding']) ??
      tooLarge(Number(headers['content-length'] ?? 0), bytesMax);
    if (refused !== null) {
      discard(payload, bytesMax * discardFactor);
      done(null, { arrivedMs, bytes: nothing, refused });
      return;
    }
    collect(payload, bytesMax, (bytes, late) => done(null, { arrivedMs, bytes, refused: late }));
  });
  app.addContentTypeParser('*', (request, payload, done) => {
    const arrivedMs = options.monotonicMs();
    const type = request.raw.headers['content-type'];
    const message = type === undefined ? 'The request has no content type.' : `The content type is ${quoted(type)}.`;
    discard(payload, options.bodyBytesMax() * discardFactor);
    done(null, { arrivedMs, bytes: nothing, refused: fail('CONTENT_TYPE', { message }) });
  });
}

/** Gathers the body; a body that outgrows the limit on its way is refused as soon as it does. */
function collect(
  payload: IncomingMessage,
  bytesMax: number,
  done: (bytes: Buffer, refused: SlipwayError | null) => void,
): void {
  let first: Buffer | null = null;
  let rest: Buffer[] | null = null;
  let length = 0;
  payload.on('data', onData);
  payload.on('end', onEnd);

  function onData(chunk: Buffer): void {
    length += chunk.length;
    if (length > bytesMax) {
      payload.off('data', onData);
      payload.off('end', onEnd);
      discard(payload, bytesMax * discardFactor);
      done(nothing, tooLarge(length, bytesMax));
    } else if (first === null) first = chunk;
    else if (rest === null) rest = [first, chunk];
    else rest.push(chunk);
  }

  function onEnd(): void {
    done(rest === null ? (first ?? nothing) : Buffer.concat(rest), null);
  }
}

/** Lets the rest of a body pass, within reason; who sends more than that is cut off. */
function discard(payload: IncomingMessage, bytesMax: number): void {
  let length = 0;
  payload.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > bytesMax) payload.destroy();
  });
}

function tooLarge(bytes: number, bytesMax: number): SlipwayError | null {
  if (bytes <= bytesMax) return null;
  return fail('BODY_TOO_LARGE', { message: `The body has more than ${bytesMax} bytes.` });
}

/** JSON is UTF-8; a parameter that says otherwise is believed. */
function wrongCharset(contentType: string | undefined): SlipwayError | null {
  if (contentType === undefined || contentType === 'application/json') return null;
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType)?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return null;
  return fail('CONTENT_TYPE', { message: `The charset is ${quoted(charset)}; JSON is read as UTF-8.` });
}

function wrongEncoding(encoding: string | undefined): SlipwayError | null {
  if (encoding === undefined || encoding === 'identity') return null;
  return fail('CONTENT_ENCODING', { message: `The content encoding is ${quoted(encoding)}.` });
}

function quoted(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 60)}…`);
}
