import { fail, isPromise, type MaybePromise } from '@slipway/core';
import { allows } from '../../keys/scopes.ts';
import type { Access, Asked, Caller, Credentials, Rate } from '../ports.ts';
import type { Principal, Recogniser } from './principal.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { sameText } from './same-text.ts';

export interface AccessOptions {
  /** Kinds of credentials, the first that takes a bearer recognises it. */
  readonly recognisers: readonly Recogniser[];
  /** Whether who brings no credentials is let in: on a server that only this machine reaches. */
  readonly anybody: boolean;
  readonly limiter: RateLimiter;
  readonly clock: { readonly wallMs: () => number; readonly monotonicMs: () => number };
}

/** What a connection proved last. A caller with an open connection proves itself about once a second. */
interface Proven {
  readonly authorization: string;
  readonly principal: Principal;
  readonly untilMs: number;
}

const provenMs = 1000;
/** A longer header is no credential, and is not even hashed. */
const headerCharactersMax = 8192;

/**
 * Who may do what, and how often. What a connection proved a moment ago is compared with what it brings now, in constant
 * time; only what is new is asked for, so that a known caller costs neither a promise nor a hash.
 */
export function createAccess(options: AccessOptions): Access {
  const { recognisers, anybody, limiter, clock } = options;
  const proven = new WeakMap<object, Proven>();

  function principalOf({ authorization, connection }: Credentials): MaybePromise<Principal> {
    const text = authorization as string;
    const before = connection === undefined ? undefined : proven.get(connection);
    if (before !== undefined && clock.monotonicMs() < before.untilMs && sameText(before.authorization, text)) {
      if (clock.wallMs() < before.principal.endsMs) return before.principal;
    }
    const bearer = bearerOf(text);
    const recogniser = bearer === null ? undefined : recognisers.find((each) => each.takes(bearer));
    if (bearer === null || recogniser === undefined) {
      throw fail('UNAUTHENTICATED', { message: 'The authorization header is not `Bearer` and a key or token.' });
    }
    return recogniser.recognise(bearer).then((principal) => {
      const untilMs = clock.monotonicMs() + provenMs;
      if (connection !== undefined) proven.set(connection, { authorization: text, principal, untilMs });
      return principal;
    });
  }

  function admit(principal: Principal, asked: Asked): Caller {
    const { name, id, grants, rate } = principal;
    const { scope, model } = asked;
    if (scope !== null && !allows(grants, scope, model)) {
      const what = model === null ? scope : `${scope} ${model}`;
      throw fail('FORBIDDEN', { message: `${JSON.stringify(name)} may not ${what}.` });
    }
    if (rate !== null) spend(id, rate);
    if (asked.rate != null) spend(`${id} ${model}`, asked.rate);
    return principal;
  }

  function spend(caller: string, rate: Rate): void {
    const waitMs = limiter.take(caller, rate, clock.monotonicMs());
    if (waitMs === 0) return;
    throw fail('RATE_LIMITED', {
      message: `More than ${rate.count} requests came in ${rate.perMs / 1000} s.`,
      details: { retryAfterMs: waitMs },
    });
  }

  return {
    check(credentials, asked) {
      const { authorization } = credentials;
      // A server that knows no keys lets in whoever comes, also with credentials that are meant for another.
      if (anybody && (recognisers.length === 0 || authorization === undefined)) {
        if (asked.rate != null) spend(`${credentials.address} ${asked.model}`, asked.rate);
        return nobody;
      }
      if (authorization === undefined || authorization === '') {
        throw fail('UNAUTHENTICATED', { message: 'The request has no authorization header.' });
      }
      const principal = principalOf(credentials);
      if (isPromise(principal)) return principal.then((known) => admit(known, asked));
      return admit(principal, asked);
    },
  };
}

const nobody: Caller = { name: null };

function bearerOf(header: string): string | null {
  if (header.length > headerCharactersMax) return null;
  return /^bearer +(\S+) *$/i.exec(header)?.[1] ?? null;
}
