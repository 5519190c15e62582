import { assert } from '../errors/index.ts';
import { paddedLength, sha256Prefix } from './sha256-prefix.ts';

/** Buckets that units fall into: every whole number under 2^32. */
export const bucketCount = 2 ** 32;

/** How a bucket is computed. Stored with every allocation, so that a later way never moves anybody. */
export const hashVersion = 1;

let bytes = new Uint8Array(256);

/**
 * The bucket of a unit (a user, a school, an account) under a salt (one per rollout or experiment), hash version 1:
 * the first 32 bits, big-endian, of SHA-256 over the UTF-8 bytes of `salt + ":" + unit`. A surrogate without its
 * partner counts as U+FFFD. The salt has no colon, so that no two pairs give the same text. Any language with
 * SHA-256 computes the same; rollout/fixtures/cases.json has examples.
 */
export function bucketOf(salt: string, unit: string): number {
  assert(!salt.includes(':'), 'a salt has no colon');
  // UTF-16 needs at most three bytes of UTF-8 a code unit.
  const room = paddedLength((salt.length + unit.length) * 3 + 1);
  if (room > bytes.length) bytes = new Uint8Array(room);
  let length = writeUtf8(salt, 0);
  bytes[length++] = 0x3a;
  length = writeUtf8(unit, length);
  return sha256Prefix(bytes, length);
}

/** Writes text at `at`, and gives the place behind it. By hand, since an encoder's call costs more than the hash. */
function writeUtf8(text: string, at: number): number {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      bytes[at++] = unit;
      continue;
    }
    const point = codePoint(text, index);
    if (point > 0xffff) index++;
    at = writeCodePoint(point, at);
  }
  return at;
}

function codePoint(text: string, index: number): number {
  const point = text.codePointAt(index) ?? 0;
  return point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
}

function writeCodePoint(point: number, at: number): number {
  if (point < 0x800) {
    bytes[at++] = 0xc0 | (point >> 6);
  } else {
    if (point < 0x10000) {
      bytes[at++] = 0xe0 | (point >> 12);
    } else {
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
    }
    bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
  }
  bytes[at++] = 0x80 | (point & 0x3f);
  return at;
}
