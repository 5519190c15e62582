import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openRegistry } from '../registry/open-registry.ts';
import type { Registry } from '../registry/ports.ts';
import { ensureAdminKey } from './admin-key.ts';
import { createKey, type KeyRequest } from './create-key.ts';
import { keyState } from './key-state.ts';
import { newKeyText } from './key-text.ts';
import { type KeyChecker, type KeyCheckOptions, openKeys } from './open-keys.ts';
import { startKeys } from './start-keys.ts';

const startMs = Date.parse('2026-11-24T12:00:00Z');
const change = { by: { kind: 'person', id: 'ana' } } as const;
const time = { now: startMs };
const clock = { wallMs: () => time.now, monotonicMs: () => time.now };

let registry: Registry;
let asked: number;
let isDown: boolean;

beforeEach(async () => {
  time.now = startMs;
  asked = 0;
  isDown = false;
  const folder = mkdtempSync(join(tmpdir(), 'slipway-keys-'));
  registry = await openRegistry({ url: 'sqlite:registry.db', folder, clock });
  return async () => {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  };
});

function checker(options: KeyCheckOptions = {}): KeyChecker {
  const counted = {
    async keyBySecret(digest: string) {
      asked += 1;
      if (isDown) throw new Error('the database is gone');
      return registry.keyBySecret(digest);
    },
  };
  return openKeys(counted, clock, options);
}

async function made(request: Partial<KeyRequest> = {}) {
  const whole: KeyRequest = {
    ...{ name: 'ci', scopes: ['predict'], model: null, ratePerSecond: 100, expiresAt: null },
    ...request,
  };
  const { record, text } = await createKey(registry, whole, change, randomBytes);
  return { record, text, header: `Bearer ${text}` };
}

describe('a key that was made', () => {
  test('is let in with what it may do, and without its digest', async () => {
    const { record, header } = await made({ model: 'learner-risk' });
    const { secretDigest: _, ...shown } = record;
    expect(await checker().check(header)).toEqual({ key: shown });
    expect(record).toMatchObject({ scopes: ['predict:learner-risk'], ratePerSecond: 100, by: change.by });
    expect(record.lastFour).toBe(header.slice(-4));
  });

  test('leaves no trace of its secret: not in the registry, its audit log, or what a check answers', async () => {
    const { text, header } = await made();
    const secret = text.slice('slw_12345678_'.length, -6);
    const all = [await registry.keys(), await registry.audit(), await checker().check(header)];
    expect(JSON.stringify(all)).not.toContain(secret);
    expect(JSON.stringify(await registry.audit())).toContain('key.create');
  });

  test('ends at its expiry, by the clock on the wall', async () => {
    const { header } = await made({ expiresAt: new Date(startMs + 1000).toISOString() });
    const keys = checker();
    time.now = startMs + 999;
    expect(await keys.check(header)).toHaveProperty('key');
    time.now = startMs + 1000;
    expect(await keys.check(header)).toEqual({ refusal: 'expired' });
  });

  test('with an end that is no instant has ended, for a check and for a list', async () => {
    const { record, header } = await made();
    const damaged = { ...record, expiresAt: '31/12/2999' };
    const keys = openKeys({ keyBySecret: async () => damaged }, clock);
    expect(await keys.check(header)).toEqual({ refusal: 'expired' });
    expect(keyState(damaged, startMs)).toBe('expired');
  });

  test('of scope admin is for every model', async () => {
    await expect(made({ scopes: ['admin'], model: 'm' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('what is not let in is counted by its reason, and most of it asks nobody', () => {
  test.each([
    ['missing', undefined, 0],
    ['missing', ' ', 0],
    ['malformed', 'Basic YTpi', 0],
    ['malformed', 'Bearer slw_4kq2m9ta_short', 0],
    ['malformed', `Bearer ${'x'.repeat(10_000)}`, 0],
    ['malformed', 'Bearer a b', 0],
    ['unknown', `Bearer ${newKeyText(randomBytes).text}`, 1],
    ['unknown', 'Bearer of-some-other-form-0123456789', 1],
  ] as const)('%s: %j', async (refusal, header, questions) => {
    const keys = checker();
    expect(await keys.check(header)).toEqual({ refusal });
    expect(asked).toBe(questions);
    expect(keys.counts()).toMatchObject({ [refusal]: 1, accepted: 0 });
  });
});

describe('what the registry answered is remembered', () => {
  test('for 5 seconds: a key that is revoked elsewhere ends then at the latest', async () => {
    const { record, header } = await made();
    const keys = checker();
    await keys.check(header);
    await registry.revokeKey(record.id, change);
    time.now = startMs + 5000;
    expect(await keys.check(header)).toHaveProperty('key');
    expect(asked).toBe(1);
    time.now = startMs + 5001;
    expect(await keys.check(header)).toEqual({ refusal: 'revoked' });
  });

  test('until it is told to forget: then a key that was revoked ends at once', async () => {
    const { record, header } = await made();
    const keys = checker();
    await keys.check(header);
    await registry.revokeKey(record.id, change);
    keys.forget();
    expect(await keys.check(header)).toEqual({ refusal: 'revoked' });
  });

  test('and many requests at once ask once', async () => {
    const { header } = await made();
    const keys = checker();
    const answers = await Promise.all(Array.from({ length: 50 }, () => keys.check(header)));
    expect(answers.every((answer) => 'key' in answer)).toBe(true);
    expect(asked).toBe(1);
    expect(keys.counts().accepted).toBe(50);
  });

  test('of so many keys and no more; strangers push none out', async () => {
    const [one, two, three] = [await made(), await made(), await made()];
    const keys = checker({ keysMax: 2 });
    for (const { header } of [one, two]) await keys.check(header);
    for (let index = 0; index < 20; index++) await keys.check(`Bearer ${newKeyText(randomBytes).text}`);
    asked = 0;
    for (const { header } of [one, two]) await keys.check(header);
    expect(asked).toBe(0);
    await keys.check(three.header);
    await keys.check(two.header);
    expect(asked).toBe(1);
    await keys.check(one.header);
    expect(asked).toBe(2);
  });

  test('while the database is gone known keys go on for 5 minutes, and others are unavailable', async () => {
    const [known, other] = [await made(), await made()];
    const keys = checker();
    await keys.check(known.header);
    isDown = true;
    time.now = startMs + 300_000;
    expect(await keys.check(known.header)).toHaveProperty('key');
    expect(await keys.check(other.header)).toEqual({ refusal: 'unavailable' });
    time.now = startMs + 300_001;
    expect(await keys.check(known.header)).toEqual({ refusal: 'unavailable' });
    isDown = false;
    expect(await keys.check(known.header)).toHaveProperty('key');
  });

  test('while the database is gone it is asked once a second, and known callers do not wait for it', async () => {
    const known = await made();
    const keys = checker();
    await keys.check(known.header);
    isDown = true;
    time.now = startMs + 10_000;
    await keys.check(known.header);
    asked = 0;
    for (let turn = 0; turn < 100; turn++) await keys.check(known.header);
    expect(asked).toBe(0);
    time.now = startMs + 11_000;
    for (let turn = 0; turn < 100; turn++) expect(await keys.check(known.header)).toHaveProperty('key');
    expect(asked).toBe(1);
    isDown = false;
    await registry.revokeKey(known.record.id, change);
    time.now = startMs + 12_000;
    expect(await keys.check(known.header)).toHaveProperty('key');
    await expect.poll(() => keys.check(known.header)).toEqual({ refusal: 'revoked' });
  });

  test('a key that is new works at once, also where it was unknown before', async () => {
    const keys = checker();
    const text = '0123456789abcdef0123456789abcdef';
    expect(await keys.check(`Bearer ${text}`)).toEqual({ refusal: 'unknown' });
    await ensureAdminKey(registry, text);
    expect(await keys.check(`bearer ${text}`)).toMatchObject({ key: { scopes: ['admin'] } });
  });
});

describe('the admin key of the settings', () => {
  const [first, second] = ['first-0123456789-0123456789-0123456789', 'second-0123456789-0123456789-0123456789'];

  test('is added once, also by many that start at once', async () => {
    const added = await Promise.all(Array.from({ length: 5 }, () => ensureAdminKey(registry, first)));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(await registry.keys()).toMatchObject([{ scopes: ['admin'], by: { kind: 'system', id: 'settings' } }]);
    expect((await registry.audit()).map(({ action, why }) => [action, why])).toEqual([
      ['key.create', 'SLIPWAY_ADMIN_KEY was set'],
    ]);
  });

  test('of another value is added and replaces none; one that was revoked is not brought back', async () => {
    await ensureAdminKey(registry, first);
    await ensureAdminKey(registry, second);
    const [one] = await registry.keys();
    await registry.revokeKey(one?.id ?? '', change);
    expect(await ensureAdminKey(registry, first)).toBe(false);
    expect(await ensureAdminKey(registry, second)).toBe(false);
    const revoked = (await registry.keys()).filter(({ revokedAt }) => revokedAt !== null);
    expect(revoked).toHaveLength(1);
    expect(await registry.keys()).toHaveLength(2);
  });

  test('is there when the keys of a server have started, and opens the door', async () => {
    const started = await startKeys(registry, clock, { adminKey: first });
    expect(started.adminKeyAdded).toBe(true);
    expect(await started.keys.check(`Bearer ${first}`)).toMatchObject({ key: { scopes: ['admin'] } });
    expect((await startKeys(registry, clock, { adminKey: first })).adminKeyAdded).toBe(false);
    const without = await startKeys(registry, clock, { adminKey: null, staleMsMax: 1 });
    expect(without.adminKeyAdded).toBe(false);
    expect(await without.keys.check(`Bearer ${second}`)).toEqual({ refusal: 'unknown' });
  });

  test.each([
    ['', 'empty'],
    ['x'.repeat(31), 'short'],
    ['x'.repeat(501), 'too long for a header'],
    [`${first} `, 'spaced'],
    [`${first}é`, 'not ASCII'],
  ])('that no request could bring, or anybody guess, is refused: %j (%s)', async (text) => {
    await expect(ensureAdminKey(registry, text)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    expect(await registry.keys()).toEqual([]);
  });

  test('of the longest form is let in', async () => {
    const longest = 'x'.repeat(500);
    const { keys } = await startKeys(registry, clock, { adminKey: longest });
    expect(await keys.check(`Bearer ${longest}`)).toHaveProperty('key');
  });

  test('that looks like one of ours must have its checksum', async () => {
    const { text } = newKeyText(randomBytes);
    const typo = `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
    const error = await ensureAdminKey(registry, typo).then(
      () => null,
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID', where: 'SLIPWAY_ADMIN_KEY' });
    expect(error?.message).not.toContain(typo.slice(13, 40));
  });
});
