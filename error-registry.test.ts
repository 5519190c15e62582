import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ErrorEntry, errorKinds, errorRegistry, retiredCodes } from '@slipway/core';
import { describe, expect, test } from 'vitest';
import { exitCodes } from './packages/slipway/src/cli/exit-codes.ts';
import { httpStatuses } from './packages/slipway/src/online/http-status.ts';
import { isTestCode, readRepository } from './scripts/tidy/repository.ts';

// The registry, the reference page, the two tables of kinds and the code that throws say the same.
const registry: Readonly<Record<string, ErrorEntry>> = errorRegistry;
const codes = Object.keys(registry);
const page = readFileSync(new URL('./docs/reference/errors.md', import.meta.url), 'utf8');
const sources = readRepository(fileURLToPath(new URL('.', import.meta.url)))
  .sources.filter(({ path }) => path.startsWith('packages/') && !isTestCode(path))
  .filter(({ path }) => !/^packages\/core\/src\/errors\/(registry|registry-errors|server-errors)\.ts$/.test(path));

describe('kinds', () => {
  test('every kind has an HTTP status of an error, and nothing else has', () => {
    expect(Object.keys(httpStatuses).sort()).toEqual([...errorKinds].sort());
    for (const status of Object.values(httpStatuses)) expect(status >= 400 && status < 600).toBe(true);
  });

  test('every kind has an exit code other than success and verdict, and nothing else has', () => {
    expect(Object.keys(exitCodes).sort()).toEqual([...errorKinds].sort());
    for (const code of Object.values(exitCodes)) expect([1, 2, 3, 4, 5, 6, 130]).toContain(code);
  });

  test('the exit codes of the design', () => {
    const exits = ({ internal, invalid, unsupported, corrupt, not_found, conflict, overloaded }: typeof exitCodes) =>
      ({ internal, invalid, unsupported, corrupt, not_found, conflict, overloaded }) as const;
    const expected = { internal: 1, invalid: 2, unsupported: 3, corrupt: 3, not_found: 4, conflict: 5, overloaded: 6 };
    expect(exits(exitCodes)).toEqual(expected);
  });
});

describe('the reference page', () => {
  const documented = new Map(
    [...page.matchAll(/^### (\w+)\n\n([\s\S]*?)\n\n`(\w+)` · HTTP (\d+) · exit (\d+)$/gm)].map(
      ([, code = '', text, kind, http, exit]) => [code, { text, kind, http: Number(http), exit: Number(exit) }],
    ),
  );

  test('has every code of the registry, and no other', () => {
    expect([...documented.keys()]).toEqual(codes);
  });

  test.each(codes)('%s stands there with its kind, status, exit code and words', (code) => {
    const { kind, summary, hint } = registry[code] as ErrorEntry;
    const expected = { text: `${summary} ${hint}`, kind, http: httpStatuses[kind], exit: exitCodes[kind] };
    expect(documented.get(code)).toEqual(expected);
  });
});

describe('the sources', () => {
  test.each(codes)('%s is raised somewhere', (code) => {
    const named = new RegExp(`['"\`]${code}\\b`);
    expect(sources.filter(({ text }) => named.test(text)).map(({ path }) => path)).not.toEqual([]);
  });

  test('no code is raised that the registry does not have', () => {
    const raised = sources.flatMap(({ text }) => [...text.matchAll(/\bfail\(\s*'(\w+)'/g)].map(([, code]) => code));
    expect(raised.length).toBeGreaterThan(20);
    expect(raised.filter((code) => !codes.includes(code as string))).toEqual([]);
  });

  test('no retired code is raised', () => {
    for (const code of retiredCodes) {
      expect(sources.filter(({ text }) => text.includes(`'${code}'`)).map(({ path }) => path)).toEqual([]);
    }
  });
});
