import { fail } from '@slipway/core';
import type { FastifyRequest } from 'fastify';
import type { Cors } from './cors.ts';

/**
 * Refuses a request that a page of another site makes in somebody's browser: on a machine where nobody needs a key, any
 * page that is open there could else change what is served. A browser says where a request comes from in `origin` or
 * `sec-fetch-site`; programs say neither. Raises FORBIDDEN.
 */
export function refuseForeignPage(request: FastifyRequest, cors: Cors | null): void {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  const isOwn =
    origin === undefined ? site === undefined || site === 'same-origin' || site === 'none' : isAt(origin, host);
  if (isOwn || (cors?.headersOf(request) ?? null) !== null) return;
  throw fail('FORBIDDEN', {
    message: `A page of ${JSON.stringify(origin ?? 'another site')} may not change what is served.`,
    hint: 'Ask from a program, from a page of this server, or name the origin in `--cors-origins`.',
  });
}

/** The port of a scheme may stand in one of them and not in the other. */
function isAt(origin: string, host: string | undefined): boolean {
  const page = URL.parse(origin);
  return page !== null && host !== undefined && URL.parse(`${page.protocol}//${host}`)?.host === page.host;
}
