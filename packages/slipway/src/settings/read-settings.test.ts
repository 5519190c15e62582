import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSlipwayError, type SlipwayError } from '@slipway/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { environmentInForce } from './environment-in-force.ts';
import { type ReadSettingsOptions, readSettings, type SettingInForce, sourceText } from './read-settings.ts';
import { type SettingName, settingNames, settingOf } from './settings-table.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string, name = 'slipway.config.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function setting(name: SettingName, options: Partial<ReadSettingsOptions> = {}): SettingInForce {
  return readSettings({ folder, env: {}, ...options }).inForce.get(name) as SettingInForce;
}

function refusal(env: ReadSettingsOptions['env'] = {}): SlipwayError {
  try {
    readSettings({ folder, env });
  } catch (error) {
    if (isSlipwayError(error)) return error;
    throw error;
  }
  throw new Error('The settings were accepted.');
}

describe('a setting comes from the first that has it', () => {
  test('flag, variable, secret file, environment of the settings file, settings file, default', () => {
    const config = write('serve: { port: 5 }\nenvironments:\n  live:\n    serve:\n      port: 4\n');
    const secret = write('3\n', 'port');
    const flags = { port: { flag: '--port', text: '1' } };
    const env = { SLIPWAY_PORT: '2', SLIPWAY_PORT_FILE: secret, SLIPWAY_ENV: 'live' };
    const { SLIPWAY_PORT: _, ...noVariable } = env;
    const seen = [
      setting('port', { env, flags }),
      setting('port', { env }),
      setting('port', { env: noVariable }),
      setting('port', { env: { SLIPWAY_ENV: 'live' } }),
      setting('port'),
    ];
    expect(seen.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5]);
    expect(seen.map(({ source }) => sourceText(source))).toEqual([
      '--port',
      'SLIPWAY_PORT',
      `SLIPWAY_PORT_FILE (${secret})`,
      `${config}:5:13 (live)`,
      `${config}:1:16`,
    ]);
    rmSync(config);
    expect(setting('port')).toMatchObject({ value: 8080, source: { kind: 'default' } });
  });

  test('a variable that is set to nothing is not set', () => {
    expect(setting('port', { env: { SLIPWAY_PORT: '' } }).value).toBe(8080);
  });

  test('variables that every tool knows come after our own', () => {
    const env = { SLIPWAY_S3_REGION: 'eu-west-1', AWS_REGION: 'eu-north-1', AWS_DEFAULT_REGION: 'us-west-1' };
    expect(setting('s3Region', { env }).text).toBe('eu-west-1');
    expect(setting('s3Region', { env: { ...env, SLIPWAY_S3_REGION: undefined } })).toMatchObject({
      text: 'eu-north-1',
      source: { variable: 'AWS_REGION' },
    });
  });
});

describe('the settings file', () => {
  test('is the nearest upward, and its paths start at its own folder', () => {
    const config = write('home: state\npython: ~/venv/bin/python\n');
    const below = join(folder, 'a', 'b');
    mkdirSync(below, { recursive: true });
    const settings = readSettings({ folder: below, env: {} });
    expect(settings.file).toBe(config);
    expect(settings.inForce.get('home')?.text).toBe(join(folder, 'state'));
    expect(settings.inForce.get('registry')?.text).toBe(`sqlite:${join(folder, 'state', 'registry.db')}`);
    writeFileSync(join(below, 'slipway.config.yaml'), 'registry: sqlite:here.db\n');
    expect(setting('registry', { folder: below }).text).toBe(`sqlite:${join(below, 'here.db')}`);
  });

  test('may be named, and must be there then', () => {
    const other = write('user: ana\n', 'other.yaml');
    expect(setting('user', { env: { SLIPWAY_CONFIG: 'other.yaml' } }).text).toBe('ana');
    rmSync(other);
    expect(refusal({ SLIPWAY_CONFIG: 'other.yaml' })).toMatchObject({ code: 'SETTINGS_NOT_FOUND', where: other });
  });

  test('takes variables, also in the middle of a value', () => {
    write('registry: postgres://ana:${DB_PASSWORD}@db/slipway\nserve:\n  port: ${P}\n');
    const env = { DB_PASSWORD: 'hunter2', P: '81' };
    expect(setting('port', { env }).value).toBe(81);
    expect(setting('registry', { env })).toMatchObject({
      text: 'postgres://ana:hunter2@db/slipway',
      shown: 'postgres://ana:••••@db/slipway',
    });
  });

  test('takes a list of names as a list or with commas', () => {
    write('log: { redact: [mentor_id, cohort], hash: unit }\n');
    expect(setting('logRedact').text).toBe('mentor_id,cohort');
    expect(setting('logHash').text).toBe('unit');
    expect(setting('logRedact', { env: { SLIPWAY_LOG_REDACT: 'a, b' } }).text).toBe('a,b');
    write('log: { redact: [a, ""] }\n');
    expect(refusal().message).toContain('is not a list of names');
    write('log: { redact: [a, { b: c }] }\n');
    expect(refusal().message).toContain('log.redact[1]: a map of fields is not a text');
  });

  test('of comments alone says nothing', () => {
    write('# registry: x\n\n');
    expect(setting('port').value).toBe(8080);
  });

  test.each([
    ['regstry: x\n', '1:1', 'a settings file has no field "regstry".', 'Did you mean registry?'],
    ['serve:\n  prt: 1\n', '2:3', 'Settings of serve', 'Did you mean port?'],
    ['serve:\n  port: 70000\n', '2:9', 'serve.port: "70000" is not a port.', 'Write a number from 0 to 65535.'],
    ['log: x\n', '1:6', 'log: "x" is not a map of fields.', ''],
    ['log:\n  retention: 5 weeks\n', '2:14', '"5 weeks" is not a duration.', 'Write one like 30s, 12h or 90d.'],
    ['environments:\n  live:\n    hme: x\n', '3:5', 'an environment has no field "hme".', 'Did you mean home?'],
    ['user: ${NOBODY}\n', '1:7', 'the variable NOBODY is not set.', 'Set NOBODY'],
    ['registry: sqlite\n', '1:11', 'begins with "sqlite" is not one that Slipway knows.', 'sqlite:PATH'],
  ])('%j is refused with its place', (text, place, message, hint) => {
    const path = write(text);
    const error = refusal();
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID', where: `${path}:${place}` });
    expect(error.message).toContain(message.replace(/^Settings of serve$/, 'serve has no field "prt".'));
    expect(error.hint).toContain(hint);
  });

  test('says everything that is wrong at once', () => {
    write('regstry: x\nserve:\n  prot: 1\n');
    expect(refusal().message).toMatch(/^The settings file has 2 problems:\n.*:1:1 .*\n.*:3:3 /);
  });

  test('of broken YAML is refused with its place', () => {
    const path = write('home: [\n');
    expect(refusal()).toMatchObject({ code: 'SETTINGS_SYNTAX', where: expect.stringContaining(`${path}:`) });
  });

  test('an environment that is not there is refused with the one that was meant', () => {
    write('environments:\n  production: { user: ops }\n');
    expect(refusal({ SLIPWAY_ENV: 'prodution' })).toMatchObject({ hint: 'Did you mean production?' });
    expect(setting('user', { env: { SLIPWAY_ENV: 'production' } }).text).toBe('ops');
  });

  test('an environment that is not in force is checked, but needs no variables', () => {
    write('environments:\n  live:\n    user: ${NOBODY}\n    serve: { port: x }\n');
    expect(refusal().message).toContain('environments.live.serve.port: "x" is not a port.');
    write('environments:\n  live:\n    user: ${NOBODY}\n');
    expect(() => readSettings({ folder, env: {} })).not.toThrow();
  });
});

describe('a secret', () => {
  const secret = 'correct-horse-battery-staple-0123456789';

  test('comes from a file without its end of line, and is never shown', () => {
    const path = write(`${secret}\n`, 'admin-key');
    expect(setting('adminKey', { env: { SLIPWAY_ADMIN_KEY_FILE: path } })).toMatchObject({
      text: secret,
      shown: '••••',
      source: { kind: 'secret file', path },
    });
  });

  test('may stand in the settings file as a variable only', () => {
    write(`adminKey: ${secret}\n`);
    const error = refusal();
    expect(error.message).toContain('adminKey: a secret may not stand in a settings file.');
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain(secret);
    write('adminKey: ${ADMIN}\n');
    expect(setting('adminKey', { env: { ADMIN: secret } }).text).toBe(secret);
  });

  test.each(['12345678', '12345678901234567890123456789012345678', '1.5e3', 'true'])(
    'is not repeated where it looks like something else: %s',
    (text) => {
      write(`adminKey: ${text}\n`);
      const error = refusal();
      expect(error.where).toMatch(/slipway\.config\.yaml:1:11$/);
      expect(JSON.stringify([error.message, error.hint, error.details ?? null])).not.toContain(text);
    },
  );

  test.each([
    ['SLIPWAY_ADMIN_KEY', 'too-short-secret'],
    ['SLIPWAY_REGISTRY', 'postgress//ana:too-short-secret'],
    ['SLIPWAY_REGISTRY', 'postgres://ana:too-short-secret@db/x y'],
  ])('a wrong %s of %j is not repeated: it may have a secret in it', (variable, text) => {
    const error = refusal({ [variable]: text });
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID', where: variable });
    expect(error.message).not.toContain('too-short-secret');
    expect(error.message).toMatch(/ is not /);
    const inFile = refusal({ [`${variable}_FILE`]: write(text, 'secret') });
    expect(inFile.message).toMatch(/^What stands in the file is not /);
  });

  test('a file that is not there is named', () => {
    expect(refusal({ SLIPWAY_ADMIN_KEY_FILE: 'nowhere' })).toMatchObject({
      code: 'SETTINGS_NOT_FOUND',
      where: join(folder, 'nowhere'),
    });
  });
});

test.each([
  ['SLIPWAY_REGISTRY', '/tmp/x.db', 'Did you mean sqlite:/tmp/x.db?'],
  ['SLIPWAY_REGISTRY', 'registry.db', 'Did you mean sqlite:registry.db?'],
  ['SLIPWAY_ARTIFACTS', './artifacts', 'Did you mean file:./artifacts?'],
  ['SLIPWAY_S3_ENDPOINT', '/tmp/x', 'Write one like sqlite:PATH'],
])('a path in the place of an address is told how to be one: %s=%s', (variable, text, hint) => {
  expect(refusal({ [variable]: text }).hint).toContain(hint);
  const secretFile = refusal({ [`${variable}_FILE`]: write(text, 'secret') });
  expect(`${secretFile.message} ${secretFile.hint}`).not.toContain(text);
});

test('no setting is of a release that there is not', () => {
  const here = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  const parts = (version: string) =>
    version
      .split('.')
      .map((part) => part.padStart(5, '0'))
      .join('.');
  for (const name of settingNames) {
    const { since, variable } = settingOf(name);
    expect(parts(since) <= parts(here.version), variable).toBe(true);
  }
});

test('variables that nothing reads are told, with the one that was meant, and never with their value', () => {
  const env = {
    SLIPWAY_REGISTY: 'sqlite:secret.db',
    SLIPWAY_FROBNICATE: '1',
    SLIPWAY_LOG_FILE: write('log\n', 'where'),
    SLIPWAY_SERVICE_HOST: '10.0.0.1',
    SLIPWAY_PORT_80_TCP_ADDR: '10.0.0.1',
  };
  expect(readSettings({ folder, env }).warnings).toEqual([
    'The variable SLIPWAY_FROBNICATE is no setting. `slipway config` lists the settings.',
    'The variable SLIPWAY_REGISTY is no setting. Did you mean SLIPWAY_REGISTRY?',
  ]);
});

test('what is in force stands in the environment for whoever reads a variable', () => {
  write('registry: sqlite:mine.db\ns3: { region: eu-west-1 }\n');
  const env = environmentInForce(readSettings({ folder, env: { HOME: '/root' } }), { HOME: '/root' });
  expect(env).toEqual({
    HOME: '/root',
    SLIPWAY_REGISTRY: `sqlite:${join(folder, 'mine.db')}`,
    SLIPWAY_S3_REGION: 'eu-west-1',
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
  });
});
