import { fail } from '@slipway/core';
import type { JWTPayload } from 'jose';
import type { Principal, Recogniser } from './principal.ts';

export interface TokenOptions {
  /** Where the issuer publishes its keys: an https address, or a loopback one. */
  readonly jwks: string;
  readonly issuer: string;
  readonly audience: string;
  readonly wallMs: () => number;
}

/** Signatures by a private key alone: with a shared secret whoever can check a token can make one. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** How far the issuer's clock and ours may be apart. */
const clockToleranceS = 30;
const fetchTimeoutMs = 3000;

/** Three parts of base64url: no key of ours has a dot. */
const tokenForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Tokens of an issuer (JWT, RFC 7519) by the keys that it publishes (JWKS, RFC 7517), which are fetched when one is
 * needed and kept for ten minutes. Scopes stand in the claim `scope` (RFC 8693) or `scp`, as `predict`,
 * `predict:MODEL`, `operate`, `admin`, each with or without `slipway:` before it.
 */
export async function tokenRecogniser({ jwks, issuer, audience, wallMs }: TokenOptions): Promise<Recogniser> {
  const { createRemoteJWKSet, errors, jwtVerify } = await import('jose');
  const keys = createRemoteJWKSet(jwksUrl(jwks), { timeoutDuration: fetchTimeoutMs });

  return {
    takes: (bearer) => tokenForm.test(bearer),
    async recognise(bearer) {
      try {
        const { payload } = await jwtVerify(bearer, keys, {
          issuer,
          audience,
          algorithms,
          clockTolerance: clockToleranceS,
          currentDate: new Date(wallMs()),
          requiredClaims: ['exp', 'sub'],
        });
        return principalOf(payload);
      } catch (cause) {
        const isTheirs =
          cause instanceof errors.JOSEError &&
          !(cause instanceof errors.JWKSTimeout) &&
          !(cause instanceof errors.JWKSInvalid) &&
          cause.code !== 'ERR_JOSE_GENERIC';
        if (!isTheirs) {
          const message = 'The keys of the token issuer cannot be fetched.';
          throw fail('ACCESS_UNAVAILABLE', { message, cause });
        }
        throw fail('UNAUTHENTICATED', { message: `The token is not valid: ${reasonOf(cause)}.`, cause });
      }
    },
  };
}

function jwksUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLoopback = url !== null && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) return url;
  throw fail('SETTINGS_INVALID', {
    message: `The address of the token issuer's keys is ${JSON.stringify(text)}; it must be https.`,
    hint: 'Set SLIPWAY_JWT_JWKS to the jwks_uri of the issuer.',
  });
}

/** The library's codes say what is wrong without a value of the token in them. */
function reasonOf({ code }: { readonly code: string }): string {
  const reasons: Readonly<Record<string, string>> = {
    ERR_JWT_EXPIRED: 'it has ended',
    ERR_JWT_CLAIM_VALIDATION_FAILED: 'it is not by the issuer, or not for the audience, or lacks exp or sub',
    ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'its signature is wrong',
    ERR_JWKS_NO_MATCHING_KEY: 'it is signed by a key that the issuer does not publish',
    ERR_JOSE_ALG_NOT_ALLOWED: 'its algorithm is not one of a private key',
  };
  return reasons[code] ?? 'it cannot be read';
}

function principalOf({ sub = '', scope, scp, exp = 0 }: JWTPayload): Principal {
  const words = typeof scope === 'string' ? scope.split(' ') : Array.isArray(scp) ? scp : [];
  const grants = words.map((word) => String(word).replace(/^slipway:/, '')).filter((word) => word !== '');
  return { id: `token ${sub}`, name: sub, grants, rate: null, endsMs: exp * 1000 };
}
