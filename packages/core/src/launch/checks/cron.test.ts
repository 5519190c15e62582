import { expect, test } from 'vitest';
import { brokenCronField } from './cron.ts';

test.each([
  '* * * * *',
  '0 2 * * *',
  '*/15 0-6,22 1,15 JAN-MAR,dec MON-FRI',
  '59 23 31 12 7',
  '0-30/5 * * * 0',
  ' 0  2 * * * ',
])('%j is a schedule', (schedule) => {
  expect(brokenCronField(schedule)).toBeNull();
});

test.each([
  ['60 * * * *', '"60" is no minute (0 to 59)'],
  ['* 24 * * *', '"24" is no hour (0 to 23)'],
  ['* * 0 * *', '"0" is no day of month (1 to 31)'],
  ['* * * 13 *', '"13" is no month (1 to 12)'],
  ['* * * FOO *', '"FOO" is no month (1 to 12)'],
  ['* * * * 8', '"8" is no day of week (0 to 7)'],
  ['30-10 * * * *', '"30-10" is no minute (0 to 59)'],
  ['1-2-3 * * * *', '"1-2-3" is no minute (0 to 59)'],
  ['*/0 * * * *', '"*/0" is no minute (0 to 59)'],
  ['*/5/5 * * * *', '"*/5/5" is no minute (0 to 59)'],
  ['1,,2 * * * *', '"1,,2" is no minute (0 to 59)'],
  ['MON * * * *', '"MON" is no minute (0 to 59)'],
])('%j is refused', (schedule, expected) => {
  expect(brokenCronField(schedule)).toBe(expected);
});
