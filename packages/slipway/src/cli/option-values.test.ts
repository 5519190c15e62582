import { expect, test } from 'vitest';
import { momentOf, workersOption } from './option-values.ts';

const nowMs = Date.parse('2026-11-24T10:00:00Z');

test.each([
  ['30m', '2026-11-24T09:30:00.000Z'],
  ['1h', '2026-11-24T09:00:00.000Z'],
  ['7d', '2026-11-17T10:00:00.000Z'],
  ['2w', '2026-11-10T10:00:00.000Z'],
  ['2026-11-24', '2026-11-24T00:00:00.000Z'],
  ['2026-11-24T10:00', '2026-11-24T10:00:00.000Z'],
  ['2026-11-24T10:00Z', '2026-11-24T10:00:00.000Z'],
  ['2026-11-24T10:00:05.250+02:00', '2026-11-24T08:00:05.250Z'],
])('%s is a moment', (text, moment) => {
  expect(momentOf(text, nowMs)).toBe(moment);
});

test.each(['', 'yesterday', '7', '1y', '2026-02-30', '2026-13-01', '2026-11-24T25:00', '2026-11-24Z', '999999999w'])(
  '%s is none',
  (text) => {
    expect(() => momentOf(text, nowMs)).toThrow('Write 30m, 1h, 7d or 2w ago');
  },
);

test('a machine is not filled with workers by a slip of the hand', () => {
  expect([workersOption('1'), workersOption('64')]).toEqual([1, 64]);
  for (const text of ['0', '65', '1000', '2.5', 'two', '']) {
    expect(() => workersOption(text)).toThrow('Write a whole number from 1 to 64.');
  }
});
