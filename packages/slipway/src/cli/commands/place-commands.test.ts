import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readKeyText } from '../../keys/key-text.ts';

const bin = fileURLToPath(new URL('../../../bin/slipway.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-place-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A process of its own, with no SLIPWAY_* variables but those given. */
function slipway(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(SLIPWAY|AWS)_/.test(name)));
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...words], { cwd: folder, env: { ...clean, ...env } }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

interface ShownSetting {
  readonly name: string;
  readonly value: string | null;
  readonly source: Readonly<Record<string, unknown>>;
}

async function shownSettings(
  env: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, ShownSetting>>> {
  const { out } = await slipway(['config', '--json'], env);
  const { settings } = JSON.parse(out) as { settings: readonly ShownSetting[] };
  return Object.fromEntries(settings.map((each) => [each.name, each]));
}

describe('slipway config', () => {
  test('says of each setting where it comes from', async () => {
    writeFileSync(
      join(folder, 'slipway.config.yaml'),
      'user: ana\nenvironments:\n  live: { user: ops, home: state }\n',
    );
    writeFileSync(join(folder, 'port'), '81\n');
    const env = { SLIPWAY_ENV: 'live', SLIPWAY_PORT_FILE: 'port', SLIPWAY_LOG_LEVEL: 'warn' };
    const { user, home, port, logLevel, host } = await shownSettings(env);
    expect(user).toMatchObject({ value: 'ops', source: { kind: 'settings file', line: 3, environment: 'live' } });
    expect(home?.value).toBe(join(folder, 'state'));
    expect(port).toMatchObject({ value: '81', source: { kind: 'secret file', variable: 'SLIPWAY_PORT_FILE' } });
    expect(logLevel).toMatchObject({ value: 'warn', source: { kind: 'variable' } });
    expect(host).toMatchObject({ value: '127.0.0.1', source: { kind: 'default' } });
    const { out } = await slipway(['config'], env);
    expect(out).toMatch(/user +SLIPWAY_USER +ops +slipway\.config\.yaml:3:17 \(live\)\n/);
    expect(out).toMatch(/serve\.port +SLIPWAY_PORT +81 +secret file port \(SLIPWAY_PORT_FILE\)\n/);
    expect(out).toMatch(/serve\.logLevel +SLIPWAY_LOG_LEVEL +warn +variable SLIPWAY_LOG_LEVEL\n/);
    expect(out).toMatch(/serve\.host +SLIPWAY_HOST +127\.0\.0\.1 +default\n/);
    expect(out).toMatch(/adminKey +SLIPWAY_ADMIN_KEY +- +not set\n/);
  });

  test('never shows a secret, and nor does any command, whatever goes wrong', async () => {
    const secrets = ['hunter2-hunter2-hunter2-hunter2-hunter2', 'swordfish'];
    const [admin = '', password = ''] = secrets;
    writeFileSync(
      join(folder, 'slipway.config.yaml'),
      'registry: postgres://ana:${PW}@127.0.0.1:1/x\nadminKey: ${ADMIN}\n',
    );
    const env = {
      PW: password,
      ADMIN: admin,
      AWS_SECRET_ACCESS_KEY: admin,
      AWS_ACCESS_KEY_ID: 'id',
      SLIPWAY_DEBUG: '1',
    };
    const s3 = { SLIPWAY_ARTIFACTS: 's3://models/x', SLIPWAY_S3_ENDPOINT: 'http://127.0.0.1:9' };
    const runs = await Promise.all([
      slipway(['config'], env),
      slipway(['config', '--json'], env),
      slipway(['doctor', '--json'], { ...env, ...s3 }),
      slipway(['keys', 'list'], env),
      slipway(['keys', 'list', '--json'], { ...env, SLIPWAY_ADMIN_KEY: `${admin} with a space` }),
      slipway(['versions'], { ...env, SLIPWAY_REGISTRY: `postgres//ana:${password}@db/x` }),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 10, 6, 2, 2]);
    for (const { out, err } of runs) for (const secret of secrets) expect(`${out}${err}`).not.toContain(secret);
    expect(runs[0]?.out).toContain('postgres://ana:••••@127.0.0.1:1/x');
    expect(runs[0]?.out).toMatch(/adminKey +SLIPWAY_ADMIN_KEY +•••• +slipway\.config\.yaml:2:11/);
  });

  test('of a broken file ends with 2 and names the line, and so does any command that acts', async () => {
    writeFileSync(join(folder, 'slipway.config.yaml'), 'home: x\nserve:\n  prot: 80\n');
    const place = `${join(folder, 'slipway.config.yaml')}:3:3`;
    for (const words of [['config'], ['versions']]) {
      const { code, out, err } = await slipway(words);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain(`SETTINGS_INVALID: serve.prot: serve has no field "prot".`);
      expect(err).toContain(place);
      expect(err).toContain('Did you mean port?');
    }
    expect(await slipway(['versions', '--help'])).toMatchObject({ code: 0 });
  });

  test('of a file that is named and not there ends with 4', async () => {
    expect(await slipway(['config'], { SLIPWAY_CONFIG: 'nowhere.yaml' })).toMatchObject({ code: 4, out: '' });
  });
});

test('other commands obey the settings file, and a variable stands before it', async () => {
  writeFileSync(join(folder, 'slipway.config.yaml'), 'registry: sqlite:mine.db\nuser: ana\n');
  const made = await slipway(['keys', 'create', '--name', 'ci', '--scope', 'predict', '--json']);
  expect(JSON.parse(made.out)).toMatchObject({ by: { kind: 'person', id: 'ana' } });
  expect(readdirSync(folder)).toContain('mine.db');
  const { out } = await slipway(['keys', 'create', '--name', 'ci', '--scope', 'predict', '--json'], {
    SLIPWAY_USER: 'bo',
  });
  expect(JSON.parse(out)).toMatchObject({ by: { kind: 'person', id: 'bo' } });
});

test('a variable of serve may stand in the settings file; the option stands before it', async () => {
  writeFileSync(join(folder, 'slipway.config.yaml'), 'serve: { host: 192.0.2.1, port: 80, auth: none }\n');
  const { learnerLaunch, writeLearnerLaunch } = await import('@slipway/testkit');
  writeLearnerLaunch(folder, { text: learnerLaunch });
  const { code, err } = await slipway(['serve', '--port', '0']);
  expect(code).toBe(6);
  expect(err).toContain('192.0.2.1');
  expect(err).not.toContain('192.0.2.1:80 ');
});

describe('slipway keys', () => {
  test('prints a new key alone on stdout, once; list and revoke know it by its id and its end', async () => {
    const words = ['--name', 'ci', '--scope', 'predict,operate', '--model', 'm', '--expires', '90d', '--rate', '600/m'];
    const { code, out, err } = await slipway(['keys', 'create', ...words]);
    expect(code).toBe(0);
    const key = out.trimEnd();
    const read = readKeyText(key);
    if (read === 'malformed') throw new Error(`${out} is no key.`);
    expect(err).not.toContain(key);
    const listed = await slipway(['keys', 'list']);
    expect(listed.out).toMatch(
      new RegExp(`${read.id} +…${key.slice(-4)} +ci +predict:m, operate:m +10/s .* active, until 20`),
    );
    const revoked = await slipway(['keys', 'revoke', read.id, '--why', 'leaked']);
    expect(revoked).toMatchObject({ code: 0, out: expect.stringContaining(`Key ${read.id} for ci is revoked.`) });
    const all = await slipway(['keys', 'list', '--json']);
    expect(JSON.parse(all.out)).toMatchObject({ keys: [{ id: read.id, state: 'revoked', ratePerSecond: 10 }] });
    const secret = key.slice('slw_12345678_'.length, -6);
    for (const file of readdirSync(join(folder, '.slipway'))) {
      expect(readFileSync(join(folder, '.slipway', file), 'latin1')).not.toContain(secret);
    }
    expect(`${listed.out}${revoked.out}${all.out}`).not.toContain(secret);
    expect(all.out).not.toContain('sha256:');
  });

  test.each([
    [['create', '--name', 'ci'], 2, "Required option '--scope"],
    [['create', '--name', 'ci', '--scope', 'everything'], 2, 'predict, operate, admin'],
    [['create', '--name', 'ci', '--scope', 'admin', '--model', 'm'], 2, 'every model'],
    [['create', '--name', 'ci', '--scope', 'predict', '--expires', 'soon'], 2, '90d'],
    [['create', '--name', 'ci', '--scope', 'predict', '--rate', '0/s'], 2, '100/s'],
    [['create', '--name', '', '--scope', 'predict'], 2, 'The name "" is not a line'],
    [['create', '--name', 'ci', '--scope', 'predict', '--model', 'a b'], 2, '"a b" is no model'],
    [[], 2, 'Usage: slipway keys '],
    [['revoke', '4kq2m9ta'], 4, 'There is no API key 4kq2m9ta.'],
  ])('%j ends with %i', async (words, code, text) => {
    await slipway(['keys', 'list'], { SLIPWAY_ADMIN_KEY: '0123456789abcdef0123456789abcdef' });
    const ended = await slipway(['keys', ...words]);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toContain(text);
  });

  test('a rate is shown in the unit that it was given in', async () => {
    for (const rate of ['100/s', '601/m', '1000/h']) {
      await slipway(['keys', 'create', '--name', 'ci', '--scope', 'predict', '--rate', rate]);
    }
    const { out } = await slipway(['keys', 'list']);
    for (const rate of ['100/s', '601/m', '1000/h']) expect(out).toContain(` ${rate} `);
  });

  test('the admin key of a secret file is added once', async () => {
    writeFileSync(join(folder, 'admin'), '0123456789abcdef0123456789abcdef\n');
    const env = { SLIPWAY_ADMIN_KEY_FILE: 'admin' };
    const [first, second] = [await slipway(['keys', 'list'], env), await slipway(['keys', 'list'], env)];
    expect(first.err).toContain('The admin key of the settings is added.');
    expect(second.err).toBe('');
    expect(second.out).toMatch(/admin-[0-9a-f]{12} +…cdef +admin key of the settings +admin /);
  });
});

test('slipway doctor ends with 10 where something fails, and says what to do', async () => {
  writeFileSync(join(folder, 'registry.db'), 'not a database '.repeat(100));
  const { code, out } = await slipway(['doctor'], { SLIPWAY_REGISTRY: 'sqlite:registry.db' });
  expect(code).toBe(10);
  expect(out).toMatch(/✗ Registry .*\n +hint /);
  expect(out).toMatch(/\nfail: 1 of 11 checks/);
});
