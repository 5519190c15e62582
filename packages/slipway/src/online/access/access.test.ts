import { fail } from '@slipway/core';
import { describe, expect, test } from 'vitest';
import { createAccess } from './access.ts';
import type { Principal, Recogniser } from './principal.ts';
import { createRateLimiter } from './rate-limiter.ts';

const principals: Readonly<Record<string, Partial<Principal>>> = {
  all: { grants: ['predict'] },
  one: { grants: ['predict:learner-risk'] },
  operator: { grants: ['operate'] },
  slow: { grants: ['predict'], rate: { count: 2, perMs: 1000 } },
  ending: { grants: ['predict'], endsMs: 5000 },
};

function start({ anybody = false, hasKeys = true } = {}) {
  const now = { ms: 0 };
  const asked: string[] = [];
  const gone = new Set<string>();
  const recogniser: Recogniser = {
    takes: () => true,
    async recognise(bearer) {
      asked.push(bearer);
      const known = principals[bearer];
      if (known === undefined || gone.has(bearer)) throw fail('UNAUTHENTICATED', { message: 'It is not known.' });
      return { id: bearer, name: bearer, grants: [], rate: null, endsMs: Number.POSITIVE_INFINITY, ...known };
    },
  };
  const clock = { wallMs: () => now.ms, monotonicMs: () => now.ms };
  const recognisers = hasKeys ? [recogniser] : [];
  const access = createAccess({ recognisers, anybody, limiter: createRateLimiter(), clock });
  return { access, now, asked, gone };
}

const predict = { scope: 'predict', model: 'learner-risk' } as const;
const bearer = (key: string, connection: object = {}) => ({ authorization: `Bearer ${key}`, connection });
const codeOf = async (run: () => unknown) => {
  try {
    await run();
    return null;
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
};

describe('who asks', () => {
  test.each([
    ['nothing', {}, 'UNAUTHENTICATED'],
    ['an empty header', { authorization: '' }, 'UNAUTHENTICATED'],
    ['another scheme', { authorization: 'Basic YTpi' }, 'UNAUTHENTICATED'],
    ['two words', { authorization: 'Bearer a b' }, 'UNAUTHENTICATED'],
    ['a header without end', { authorization: `Bearer ${'x'.repeat(10_000)}` }, 'UNAUTHENTICATED'],
    ['a key that nobody knows', bearer('stranger'), 'UNAUTHENTICATED'],
    ['a key for all models', bearer('all'), null],
    ['a key for this model', bearer('one'), null],
    ['a key for other work', bearer('operator'), 'FORBIDDEN'],
  ])('with %s: %o is %s', async (_, credentials, code) => {
    const { access } = start();
    expect(await codeOf(() => access.check(credentials, predict))).toBe(code);
  });

  test('may do what its scopes say, with the models that they say', async () => {
    const { access } = start();
    const other = { scope: 'predict', model: 'other' } as const;
    expect(await codeOf(() => access.check(bearer('one'), other))).toBe('FORBIDDEN');
    expect(await codeOf(() => access.check(bearer('operator'), { scope: 'operate', model: 'other' }))).toBeNull();
    expect(await codeOf(() => access.check(bearer('operator'), { scope: null, model: null }))).toBeNull();
    expect(await codeOf(() => access.check(bearer('all'), { scope: 'admin', model: null }))).toBe('FORBIDDEN');
  });
});

describe('what a connection proved', () => {
  test('lets its next requests in at once, for a moment', async () => {
    const { access, now, asked, gone } = start();
    const connection = {};
    await access.check(bearer('all', connection), predict);
    expect(access.check(bearer('all', connection), predict)).toEqual(expect.objectContaining({ name: 'all' }));
    expect(asked).toEqual(['all']);
    gone.add('all');
    now.ms = 999;
    expect(access.check(bearer('all', connection), predict)).toEqual(expect.objectContaining({ name: 'all' }));
    now.ms = 1000;
    expect(await codeOf(() => access.check(bearer('all', connection), predict))).toBe('UNAUTHENTICATED');
  });

  test('is worth nothing for another key, and nothing over another connection', async () => {
    const { access, asked } = start();
    const connection = {};
    await access.check(bearer('all', connection), predict);
    expect(await codeOf(() => access.check(bearer('alm', connection), predict))).toBe('UNAUTHENTICATED');
    expect(await codeOf(() => access.check(bearer('operator', connection), predict))).toBe('FORBIDDEN');
    await access.check(bearer('all'), predict);
    expect(asked).toEqual(['all', 'alm', 'operator', 'all']);
  });

  test('ends with the key', async () => {
    const { access, now, asked } = start();
    const connection = {};
    now.ms = 4900;
    await access.check(bearer('ending', connection), predict);
    now.ms = 5000;
    await access.check(bearer('ending', connection), predict);
    expect(asked).toHaveLength(2);
  });
});

describe('how often', () => {
  test('a caller may ask as its key says, over all its connections, and as the model says', async () => {
    const { access, now } = start();
    expect(await codeOf(() => access.check(bearer('slow'), predict))).toBeNull();
    expect(await codeOf(() => access.check(bearer('slow'), predict))).toBeNull();
    expect(await codeOf(() => access.check(bearer('slow'), predict))).toBe('RATE_LIMITED');
    expect(await codeOf(() => access.check(bearer('all'), predict))).toBeNull();
    now.ms = 500;
    expect(await codeOf(() => access.check(bearer('slow'), predict))).toBeNull();
    const limited = { ...predict, rate: { count: 1, perMs: 1000 } };
    expect(await codeOf(() => access.check(bearer('one'), limited))).toBeNull();
    expect(await codeOf(() => access.check(bearer('one'), limited))).toBe('RATE_LIMITED');
    expect(await codeOf(() => access.check(bearer('all'), limited))).toBeNull();
  });

  test('who is turned away learns when to come again', async () => {
    const { access } = start();
    const limited = { ...predict, rate: { count: 1, perMs: 4000 } };
    await access.check(bearer('all'), limited);
    await expect(async () => access.check(bearer('all'), limited)).rejects.toMatchObject({
      message: 'More than 1 requests came in 4 s.',
      details: { retryAfterMs: 4000 },
    });
  });

  test('where anybody is let in, each address is a caller', () => {
    const { access } = start({ anybody: true, hasKeys: false });
    const limited = { ...predict, rate: { count: 1, perMs: 1000 } };
    expect(access.check({ address: '127.0.0.1' }, limited)).toEqual({ name: null });
    expect(() => access.check({ address: '127.0.0.1' }, limited)).toThrow('More than 1 requests');
    expect(access.check({ address: '127.0.0.2', authorization: 'Basic of-a-proxy' }, limited)).toEqual({ name: null });
  });
});
