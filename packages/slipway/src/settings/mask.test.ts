import { expect, test } from 'vitest';
import { masked } from './mask.ts';

test.each([
  ['postgres://ana:hunter2@db:5432/x', 'postgres://ana:••••@db:5432/x'],
  ['postgres://ana@db/x', 'postgres://ana@db/x'],
  ['postgres://:hunter2@db/x', 'postgres://:••••@db/x'],
  ['postgres://ana:hun@ter/2@db/x', 'postgres://ana:••••@db/x'],
  [
    'postgres://db/x?user=ana&password=hunter2&sslmode=require',
    'postgres://db/x?user=ana&password=••••&sslmode=require',
  ],
  ['https://s3.example.org/?X-Amz-Security-Token=hunter2', 'https://s3.example.org/?X-Amz-Security-Token=••••'],
  ['http://token@host/x', 'http://••••@host/x'],
  ['https://ana:token@host/x', 'https://ana:••••@host/x'],
  ['sqlite:/home/ana/registry.db', 'sqlite:/home/ana/registry.db'],
  ['https://s3.example.org:9000', 'https://s3.example.org:9000'],
])('%s is shown as %s', (text, shown) => {
  expect(masked(text, false)).toBe(shown);
});

test('a secret is not shown at all, nor how long it is', () => {
  expect(masked('a', true)).toBe(masked('a much longer one', true));
});
