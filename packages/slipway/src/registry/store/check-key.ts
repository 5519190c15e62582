import { fail } from '@slipway/core';
import { scopeOfGrant } from '../../keys/scopes.ts';
import { instantText } from '../../system/wording.ts';
import type { Instant, NewKey } from '../types.ts';
import { checkName, checkText } from './check-input.ts';

const nameCharactersMax = 200;
const scopesMax = 100;
const ratePerSecondMax = 1_000_000_000;
/** The ends of years with four digits: later ones sort wrongly as text. */
const endMsMax = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Refuses a key that means nothing, or not what it seems to: what the server makes of it later must not depend on which
 * database kept it. SQLite would write NaN as no limit, and an end that is no date would never come. Raises
 * REGISTRY_NAME, KEY_INVALID.
 */
export function checkKey(key: NewKey, now: Instant): void {
  const { id, name, secretDigest, lastFour = null, scopes, ratePerSecond, expiresAt } = key;
  checkName('id', id);
  checkText('name of a key', name);
  if (name.trim() === '' || name.length > nameCharactersMax || /\p{Cc}/u.test(name)) {
    throw invalid(`The name ${shown(name)} is not a line of 1 to ${nameCharactersMax} characters.`);
  }
  // Whoever hands over a secret in place of its digest would have it stored; and the message must not show it either.
  if (!/^sha256:[0-9a-f]{64}$/.test(secretDigest)) {
    throw invalid('The digest of the secret is not sha256: and 64 hex digits.');
  }
  if (lastFour !== null && !/^\P{Cc}{1,4}$/u.test(lastFour)) {
    throw invalid(`The end of the key has ${lastFour.length} characters: at most four are kept.`);
  }
  checkScopes(scopes);
  if (ratePerSecond !== null && !(ratePerSecond > 0 && ratePerSecond <= ratePerSecondMax)) {
    throw invalid(`The rate ${shown(ratePerSecond)} is no number of requests a second above 0.`);
  }
  if (expiresAt !== null) checkEnd(expiresAt, now);
}

function checkScopes(scopes: readonly string[]): void {
  if (!Array.isArray(scopes) || scopes.length === 0 || scopes.length > scopesMax) {
    throw invalid(`The scopes ${shown(scopes)} are not a list of 1 to ${scopesMax}: a key may do something.`);
  }
  for (const [at, grant] of scopes.entries()) {
    const granted = typeof grant === 'string' ? scopeOfGrant(grant) : null;
    if (granted === null) {
      throw invalid(
        `The scope ${shown(grant)} is none of predict, operate and admin, nor predict:MODEL or operate:MODEL.`,
      );
    }
    if (granted.model !== null) checkName('model', granted.model);
    if (scopes.indexOf(grant) !== at) throw invalid(`The scope ${shown(grant)} is there twice.`);
  }
}

function checkEnd(expiresAt: Instant, now: Instant): void {
  const ms = typeof expiresAt === 'string' ? Date.parse(expiresAt) : Number.NaN;
  if (!(ms <= endMsMax) || new Date(ms).toISOString() !== expiresAt) {
    throw invalid(`The end ${shown(expiresAt)} is no instant like 2026-12-31T00:00:00.000Z before the year 10000.`);
  }
  if (ms <= Date.parse(now))
    throw invalid(`The end ${instantText(expiresAt)} is not after now, ${instantText(now)}: the key would never work.`);
}

function invalid(message: string): Error {
  return fail('KEY_INVALID', { message });
}

/** NaN and infinity have no JSON. */
function shown(value: unknown): string {
  return (typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))).slice(0, 200);
}
