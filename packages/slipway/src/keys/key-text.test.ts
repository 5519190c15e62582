import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { keyDigest, newKeyText, readKeyText, sameDigest } from './key-text.ts';

test('a key has an id that is seen, 200 random bits, and a checksum', () => {
  const asked: number[] = [];
  const { id, text } = newKeyText((count) => {
    asked.push(count);
    return randomBytes(count);
  });
  expect(text).toMatch(/^slw_[0-9a-hjkmnp-tv-z]{8}_[0-9a-hjkmnp-tv-z]{46}$/);
  expect(text.slice(4, 12)).toBe(id);
  expect(asked).toEqual([5, 25]);
  expect(readKeyText(text)).toEqual({ id, text });
});

test('the text of known bytes is known, for ever', () => {
  const counting = (count: number) => Uint8Array.from({ length: count }, (_, index) => index + 1);
  expect(newKeyText(counting).text).toBe('slw_04106105_041061050r3gg28a1c60t3gf208h44rm2mb1e60sqy3x86');
});

test('a typo is told without asking anybody: another character, two swapped, one lost, one more', () => {
  const { text } = newKeyText((count) => Uint8Array.from({ length: count }, (_, index) => (index * 37 + 11) % 256));
  const start = 'slw_'.length;
  let typos = 0;
  for (let at = start; at < text.length; at++) {
    const other = text[at] === 'x' ? 'y' : 'x';
    const swapped = text.slice(0, at) + (text[at + 1] ?? '') + text[at] + text.slice(at + 2);
    const wrong = [text.slice(0, at) + other + text.slice(at + 1), text.slice(0, at) + text.slice(at + 1), swapped];
    for (const typo of wrong.filter((each) => each !== text)) {
      expect(readKeyText(typo)).toBe('malformed');
      typos++;
    }
  }
  expect(typos).toBeGreaterThan(150);
  expect(readKeyText(`${text}0`)).toBe('malformed');
  expect(readKeyText(text.toUpperCase())).toBe('malformed');
  expect(readKeyText('')).toBe('malformed');
});

test('a digest is SHA-256 of the whole text, and digests are compared whole', () => {
  expect(keyDigest('abc')).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sameDigest(keyDigest('abc'), keyDigest('abc'))).toBe(true);
  expect(sameDigest(keyDigest('abc'), keyDigest('abd'))).toBe(false);
  expect(sameDigest(keyDigest('abc'), 'sha256:')).toBe(false);
});
