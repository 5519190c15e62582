import { promisify } from 'node:util';
import { deflate, gunzip, gzip, inflate } from 'node:zlib';
import { fail, isPromise, type MaybePromise } from '@slipway/core';
import type { HttpAnswer, HttpFormat } from './call/format.ts';

/** The content encodings in which requests may come, and answers may go. */
const encodings = ['gzip', 'deflate'] as const;

const inflaters = { gzip: promisify(gunzip), deflate: promisify(inflate) };
const deflaters = { gzip: promisify(gzip), deflate: promisify(deflate) };

/** A smaller answer comes in the first flight of a new connection (ten packets, RFC 6928) as it is. */
const packBytesMin = 14_000;

/** The format, also for compressed bodies, with large answers compressed where the caller accepts that. */
export function withContentCoding(format: HttpFormat): HttpFormat {
  return {
    ...format,
    encodings,
    answer(served, bytes, limits, request) {
      const encoding = request.headers['content-encoding'];
      const accepts = request.headers['accept-encoding'] as string | undefined;
      const make = (body: Buffer): MaybePromise<HttpAnswer> => {
        const made = format.answer(served, body, limits, request);
        if (accepts === undefined) return made;
        return isPromise(made) ? made.then((answer) => packed(answer, accepts)) : packed(made, accepts);
      };
      if (encoding === undefined || encoding === 'identity') return make(bytes);
      return unpack(bytes, encoding, served.model.launch.online.bodyBytes).then(make);
    },
  };
}

/** The body as it was before it was compressed, of at most `bytesMax`. Raises BODY_TOO_LARGE and HEADER_INVALID. */
async function unpack(bytes: Buffer, encoding: string, bytesMax: number): Promise<Buffer> {
  try {
    // The bound is on what comes out: a few kB may hold gigabytes.
    return await inflaters[encoding === 'gzip' ? 'gzip' : 'deflate'](bytes, { maxOutputLength: bytesMax });
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw fail('BODY_TOO_LARGE', { message: `The body has more than ${bytesMax} bytes when it is unpacked.` });
    }
    throw fail('HEADER_INVALID', { message: `The body is not ${encoding}, as content-encoding says.`, cause });
  }
}

function packed(answer: HttpAnswer, accepts: string): MaybePromise<HttpAnswer> {
  const { body, headers } = answer;
  if (body.length < packBytesMin) return answer;
  const encoding = encodings.find((name) => new RegExp(`\\b${name}\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))`).test(accepts));
  if (encoding === undefined) return answer;
  const told = { ...headers, 'content-encoding': encoding, vary: 'accept-encoding' };
  return deflaters[encoding](body, { level: 1 }).then((bytes) => ({ ...answer, body: bytes, headers: told }));
}
