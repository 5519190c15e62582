import { expect, test } from 'vitest';
import { counted, instantText } from './wording.ts';

test('one is singular, every other number plural and grouped', () => {
  const texts = [0, 1, 2, 12_345].map((count) => counted(count, 'row'));
  expect(texts).toEqual(['0 rows', '1 row', '2 rows', '12,345 rows']);
  expect([1, 2].map((count) => counted(count, 'entry', 'entries'))).toEqual(['1 entry', '2 entries']);
});

test('an instant has the minute, in UTC; what is none stays as it is', () => {
  expect(instantText('2026-11-24T17:42:31.123Z')).toBe('2026-11-24 17:42 UTC');
  expect([instantText('some day'), instantText(null)]).toEqual(['some day', '']);
});
