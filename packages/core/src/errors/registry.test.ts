import { describe, expect, test } from 'vitest';
import {
  asSlipwayError,
  type ErrorEntry,
  errorKinds,
  errorRegistry,
  fail,
  isSlipwayError,
  retiredCodes,
} from './index.ts';

const entries: readonly [string, ErrorEntry][] = Object.entries(errorRegistry);

describe('the registry', () => {
  test.each(entries)('%s has a kind of the closed set, a sentence and a hint', (code, { kind, summary, hint }) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z0-9]+)*$/);
    expect(errorKinds).toContain(kind);
    expect(summary).toMatch(/^[A-Z].*\.$/);
    expect(hint).toMatch(/^[A-Z`].*\.$/);
  });

  test('no code is declared and retired at once, and none is retired twice', () => {
    expect(entries.map(([code]) => code).filter((code) => retiredCodes.includes(code))).toEqual([]);
    expect(new Set(retiredCodes).size).toBe(retiredCodes.length);
  });
});

describe('a SlipwayError', () => {
  test('takes kind and hint from the registry, and a better hint from its thrower', () => {
    const plain = fail('INPUT_NOT_FOUND', { message: 'There is no a.csv.' });
    expect(plain).toMatchObject({
      code: 'INPUT_NOT_FOUND',
      kind: 'not_found',
      hint: errorRegistry.INPUT_NOT_FOUND.hint,
    });
    expect(fail('INPUT_NOT_FOUND', { message: 'x', hint: 'Look in b.' }).hint).toBe('Look in b.');
  });

  test('is recognised by its brand, also when another copy of the package made it', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('slipway.error')]: true });
    expect(isSlipwayError(foreign)).toBe(true);
    expect(isSlipwayError(new Error('x'))).toBe(false);
    expect(isSlipwayError(null)).toBe(false);
  });

  test('has, and so prints, nothing that was not said', () => {
    const error = fail('INPUT_NOT_FOUND', { message: 'There is no x.' });
    expect(Reflect.ownKeys(error).sort()).toEqual(['code', 'hint', 'kind', 'message', 'name', 'stack']);
    expect(isSlipwayError(error)).toBe(true);
    expect(fail('INPUT_NOT_FOUND', { message: 'x', where: 'y', details: [1] })).toMatchObject({
      where: 'y',
      details: [1],
    });
  });

  test('wraps what was thrown once, and keeps it as the cause', () => {
    const cause = new TypeError('x is not a function');
    const wrapped = asSlipwayError(cause);
    expect(wrapped).toMatchObject({ code: 'INTERNAL', message: 'x is not a function', cause });
    expect(asSlipwayError(wrapped)).toBe(wrapped);
    expect(asSlipwayError('text', 'MODEL_FAILED')).toMatchObject({ code: 'MODEL_FAILED', message: 'text' });
  });
});
