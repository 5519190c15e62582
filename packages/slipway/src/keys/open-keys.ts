import type { Clock } from '@slipway/core';
import type { Keys } from '../registry/ports.ts';
import type { KeyRecord } from '../registry/types.ts';
import { keyState } from './key-state.ts';
import { keyDigest, looksLikeKey, readKeyText, sameDigest } from './key-text.ts';

/** Why a request is not let in. */
export const keyRefusals = ['missing', 'malformed', 'unknown', 'expired', 'revoked', 'unavailable'] as const;

export type KeyRefusal = (typeof keyRefusals)[number];

/** Of a key, what a request may do. There is no digest and no secret in it: it can be logged. */
export type CheckedKey = Omit<KeyRecord, 'secretDigest'>;

export type KeyCheck = { readonly key: CheckedKey } | { readonly refusal: KeyRefusal };

export interface KeyChecker {
  /** `header` is the value of `Authorization`: `Bearer KEY`. Never throws. */
  check(header: string | undefined): Promise<KeyCheck>;
  /** Forgets what is known of all keys: the next check of each asks the registry. */
  forget(): void;
  counts(): Readonly<Record<KeyRefusal | 'accepted', number>>;
}

export interface KeyCheckOptions {
  /** How long the registry's answer about a key is used: a key that was revoked elsewhere ends within this. 5 s. */
  readonly staleMsMax?: number;
  /**
   * How long it is used while the registry does not answer: known callers are served on, and nobody can revoke a key
   * anyway. Then the key is refused as `unavailable`. 5 minutes.
   */
  readonly outageMsMax?: number;
  /** Keys that are remembered; past it the one that was read first goes. 10,000. */
  readonly keysMax?: number;
}

interface Known {
  readonly record: KeyRecord;
  readonly readMs: number;
}

/** How long a registry that did not answer is left alone. */
const silenceMs = 1000;

/** A key is longer than no header that a stranger sends: what is longer is not even hashed. */
const headerCharactersMax = 512;

/**
 * Checks keys against the registry, and remembers those that it knows. Unknown ones are never remembered: a stranger
 * who tries many cannot push out the others, and a new key works at once.
 */
export function openKeys(registry: Pick<Keys, 'keyBySecret'>, clock: Clock, options: KeyCheckOptions = {}): KeyChecker {
  const { staleMsMax = 5_000, outageMsMax = 300_000, keysMax = 10_000 } = options;
  const known = new Map<string, Known>();
  const asked = new Map<string, Promise<Known | null>>();
  const counts: Record<KeyRefusal | 'accepted', number> = {
    ...{ accepted: 0, missing: 0, malformed: 0, unknown: 0, expired: 0, revoked: 0, unavailable: 0 },
  };

  /** Since the last answer of the registry: when it was asked last without getting one; null while it answers. */
  let silentMs: number | null = null;

  async function ask(digest: string): Promise<Known | null> {
    const readMs = clock.monotonicMs();
    const record = await registry.keyBySecret(digest).catch((thrown: unknown) => {
      silentMs = clock.monotonicMs();
      throw thrown;
    });
    silentMs = null;
    known.delete(digest);
    // The database has found it by an index; that it is the same is said once more, in constant time.
    if (record === null || !sameDigest(record.secretDigest, digest)) return null;
    if (known.size >= keysMax) known.delete(known.keys().next().value as string);
    known.set(digest, { record, readMs });
    return { record, readMs };
  }

  /** Many requests with one key ask once. */
  async function find(digest: string): Promise<Known | null | 'unavailable'> {
    const before = known.get(digest);
    const ageMs = before === undefined ? Number.POSITIVE_INFINITY : clock.monotonicMs() - before.readMs;
    if (before !== undefined && ageMs <= staleMsMax) return before;
    const usable = before !== undefined && ageMs <= outageMsMax ? before : 'unavailable';
    // What the registry did not say a moment ago it need not be asked for by every request: none would wait in vain.
    const isSilent = silentMs !== null && clock.monotonicMs() - silentMs < silenceMs;
    if (isSilent && usable !== 'unavailable') return usable;
    const question = asked.get(digest) ?? ask(digest).finally(() => asked.delete(digest));
    asked.set(digest, question);
    // While it is silent a known caller is let in at once, and the question is for those who come later.
    if (silentMs !== null && usable !== 'unavailable') {
      question.catch(() => {});
      return usable;
    }
    return question.catch(() => usable);
  }

  async function judge(header: string | undefined): Promise<KeyCheck> {
    if (header === undefined || header.trim() === '') return { refusal: 'missing' };
    const text = keyIn(header);
    if (text === null) return { refusal: 'malformed' };
    const found = await find(keyDigest(text));
    if (found === 'unavailable') return { refusal: 'unavailable' };
    if (found === null) return { refusal: 'unknown' };
    const { secretDigest: _, ...key } = found.record;
    const state = keyState(key, clock.wallMs());
    return state === 'active' ? { key } : { refusal: state };
  }

  return {
    async check(header) {
      const answer = await judge(header);
      counts['key' in answer ? 'accepted' : answer.refusal] += 1;
      return answer;
    },
    forget: () => known.clear(),
    counts: () => ({ ...counts }),
  };
}

/** The key of `Bearer KEY`, where it can be one: an admin key from a variable may have any form. */
function keyIn(header: string): string | null {
  if (header.length > headerCharactersMax) return null;
  const [, text] = /^bearer +(\S+) *$/i.exec(header.trim()) ?? [];
  if (text === undefined) return null;
  return looksLikeKey(text) && readKeyText(text) === 'malformed' ? null : text;
}
