import type { FastifyReply, FastifyRequest } from 'fastify';

/** Which pages of other origins may ask the server from a browser. */
export interface Cors {
  /** The headers that an answer to this request has for the browser; null where its origin is none that may ask. */
  headersOf(request: FastifyRequest): Readonly<Record<string, string>> | null;
  /** Answers the question of a browser whether it may ask; false where it is not one. */
  answers(request: FastifyRequest, reply: FastifyReply): boolean;
}

const preflightS = 600;

/**
 * Exactly these origins and no pattern; `*` is none of them. Cookies are never asked for: a caller proves itself by
 * `authorization`.
 */
export function corsOf(origins: readonly string[]): Cors | null {
  if (origins.length === 0) return null;
  const known = new Set(origins);
  const headersOf = ({ headers: { origin } }: FastifyRequest) => {
    if (origin === undefined || !known.has(origin)) return null;
    return { 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed, vary: 'origin' };
  };
  return {
    headersOf,
    answers(request, reply) {
      const isAsked = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
      const allowed = isAsked ? headersOf(request) : null;
      if (allowed === null) return false;
      reply.code(204).headers({
        ...allowed,
        'access-control-allow-methods': 'GET, HEAD, POST',
        'access-control-allow-headers': 'authorization, content-type, x-request-id, x-slipway-timeout-ms',
        'access-control-max-age': String(preflightS),
      });
      reply.send();
      return true;
    },
  };
}

const exposed = 'retry-after, x-request-id, x-slipway-fallback';
