import { createHash, timingSafeEqual } from 'node:crypto';

/** A key as its holder has it: `slw_<id>_<secret>`. Its parts are of the alphabet below. */
export interface KeyText {
  readonly id: string;
  /** All of it, as it is sent. */
  readonly text: string;
}

/** Crockford's base 32: no letter that is read as another (i, l, o, u), and nothing that a double click stops at. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const idBytes = 5;
/** 200 bits. */
const secretBytes = 25;
const secretCharacters = (secretBytes * 8) / 5;
const checksumCharacters = 6;
const form = new RegExp(`^slw_([${alphabet}]{8})_[${alphabet}]{${secretCharacters + checksumCharacters}}$`);

/** A new key. `randomBytes` must be of a cryptographic source. */
export function newKeyText(randomBytes: (count: number) => Uint8Array): KeyText {
  const id = base32(randomBytes(idBytes));
  const body = `slw_${id}_${base32(randomBytes(secretBytes))}`;
  return { id, text: `${body}${checksum(body)}` };
}

/**
 * Reads a key. `malformed` is told without asking anybody: a typo, a key that was cut, something else altogether. The
 * checksum says nothing of the secret that the key itself does not say, and is no defence against an attacker.
 */
export function readKeyText(text: string): KeyText | 'malformed' {
  const [, id] = form.exec(text) ?? [];
  const body = text.slice(0, -checksumCharacters);
  if (id === undefined || checksum(body) !== text.slice(-checksumCharacters)) return 'malformed';
  return { id, text };
}

/** Whether a text means to be a key of this form: then its checksum must fit. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith('slw_');
}

/**
 * What is stored of a key. One round of SHA-256 and no salt are right for a secret of 200 random bits: there is no list
 * of likely ones to try, and a slow hash would only make every request slow. For a password they would be wrong.
 */
export function keyDigest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Whether two digests are the same, in a time that does not depend on where they differ. */
export function sameDigest(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function checksum(body: string): string {
  return base32(createHash('sha256').update(body).digest().subarray(0, 5)).slice(0, checksumCharacters);
}

/** Whole groups of five bytes, eight characters each. */
function base32(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 5) {
    let group = 0n;
    for (const byte of bytes.subarray(at, at + 5)) group = (group << 8n) | BigInt(byte);
    for (let shift = 35n; shift >= 0n; shift -= 5n) text += alphabet[Number((group >> shift) & 31n)];
  }
  return text;
}
