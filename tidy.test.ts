import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readRepository } from './scripts/tidy/repository.ts';
import { rules } from './scripts/tidy/rules.ts';

// The house rules. What each one refuses is shown in scripts/tidy/rules.test.ts.
const repository = readRepository(fileURLToPath(new URL('.', import.meta.url)));

test.each(Object.entries(rules))('tidy: %s', (_, rule) => {
  expect(rule(repository).map(({ path, line, message }) => `${path}:${line} ${message}`)).toEqual([]);
});
