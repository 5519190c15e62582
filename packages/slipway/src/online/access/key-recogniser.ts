import { fail } from '@slipway/core';
import type { KeyChecker, KeyRefusal } from '../../keys/open-keys.ts';
import type { Recogniser } from './principal.ts';

/** API keys of the registry. */
export function keyRecogniser(keys: Pick<KeyChecker, 'check'>): Recogniser {
  return {
    takes: () => true,
    async recognise(bearer) {
      const checked = await keys.check(`Bearer ${bearer}`);
      if ('refusal' in checked) throw refused(checked.refusal);
      const { id, name, scopes, ratePerSecond, expiresAt } = checked.key;
      return {
        id: `key ${id}`,
        name,
        grants: scopes,
        rate: ratePerSecond === null ? null : perSecond(ratePerSecond),
        endsMs: expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
      };
    },
  };
}

/** A rate below one a second still lets one pass at once. */
function perSecond(rate: number): { readonly count: number; readonly perMs: number } {
  return rate >= 1 ? { count: rate, perMs: 1000 } : { count: 1, perMs: 1000 / rate };
}

/** A stranger learns no more than that the key is not one that lets in. */
function refused(refusal: KeyRefusal) {
  if (refusal === 'unavailable') {
    return fail('ACCESS_UNAVAILABLE', { message: 'The registry that knows the keys does not answer.' });
  }
  const message = refusal === 'expired' || refusal === 'revoked' ? `The key is ${refusal}.` : 'The key is not known.';
  return fail('UNAUTHENTICATED', { message });
}
