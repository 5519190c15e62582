import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startS3 } from '../registry/artifacts/fixtures/s3-server.ts';
import { openRegistry } from '../registry/open-registry.ts';
import { systemClock } from '../system/clock.ts';
import { afterTimeout } from '../system/timers.ts';
import { type ExamineOptions, examine } from './examine.ts';
import { nodeFinding } from './machine-checks.ts';
import { type CheckResult, ok, runChecks } from './run-checks.ts';

const change = { by: { kind: 'person', id: 'ana' } } as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function found(name: string, env: ExamineOptions['env'] = {}): Promise<readonly CheckResult[]> {
  const results = await examine({ folder, env, clock: systemClock, after: afterTimeout });
  return results.filter((result) => result.name === name);
}

async function registryHere(wallMs = systemClock.wallMs()): Promise<void> {
  const clock = { ...systemClock, wallMs: () => wallMs };
  const registry = await openRegistry({ url: 'sqlite:.slipway/registry.db', folder, clock });
  await registry.putRecord('run', 'r1', {}, change);
  await registry.close();
}

test('of a new machine nothing fails, and nothing is made by looking', async () => {
  const results = await examine({ folder, env: {}, clock: systemClock, after: afterTimeout });
  expect(results.filter(({ state }) => state === 'fail')).toEqual([]);
  expect(results.map(({ name }) => name)).toEqual([
    ...['Node.js', 'ONNX Runtime', 'DuckDB', 'Python', 'Settings', 'Secrets'],
    ...['Registry', 'Audit log', 'Clock', 'Artifacts', 'Log'],
  ]);
  expect(readdirSync(folder)).toEqual([]);
});

describe('the registry', () => {
  test('is told with its schema and the head of its audit log', async () => {
    await registryHere();
    expect(await found('Registry')).toMatchObject([{ state: 'ok', text: expect.stringContaining('schema 1') }]);
    expect(await found('Audit log')).toMatchObject([
      { state: 'ok', text: expect.stringMatching(/^intact, 1 entry, head [0-9a-f]{12}$/) },
    ]);
  });

  test('that is no database is broken, and what would be asked of it is skipped', async () => {
    writeFileSync(
      join(folder, 'broken.db'),
      'this is no database at all, and long enough to be taken for one. '.repeat(20),
    );
    const env = { SLIPWAY_REGISTRY: 'sqlite:broken.db' };
    expect(await found('Registry', env)).toMatchObject([{ state: 'fail', text: expect.stringContaining('broken.db') }]);
    expect(await found('Audit log', env)).toMatchObject([{ state: 'skip' }]);
  });

  test('that cannot be reached is broken, and its password is not told', async () => {
    const [result] = await found('Registry', { SLIPWAY_REGISTRY: 'postgres://ana:hunter2@127.0.0.1:1/x' });
    expect(result).toMatchObject({ state: 'fail', text: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  test('whose audit log was edited is broken', async () => {
    await registryHere();
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(folder, '.slipway', 'registry.db'));
    const triggers = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
    database.exec("UPDATE slipway_audit SET by_id = 'bo'");
    database.close();
    expect(await found('Audit log')).toMatchObject([{ state: 'fail', text: expect.stringContaining('entry 1') }]);
  });

  test('of a newer schema is broken, and of a changed clock too', async () => {
    await registryHere(systemClock.wallMs() + 3_600_000);
    expect(await found('Clock')).toMatchObject([
      { state: 'fail', text: expect.stringMatching(/^the last change is 3\d{3}\.\d s in the future$/) },
    ]);
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(folder, '.slipway', 'registry.db'));
    database.exec('UPDATE slipway_schema SET version = 99, minimum_reader = 99');
    database.close();
    expect(await found('Registry')).toMatchObject([{ state: 'fail', hint: 'Update Slipway here, too.' }]);
  });
});

describe('the artifact store', () => {
  test('in a folder is tried with bytes that are gone afterwards', async () => {
    mkdirSync(join(folder, 'store'));
    expect(await found('Artifacts', { SLIPWAY_ARTIFACTS: 'file:store' })).toMatchObject([
      { state: 'ok', text: expect.stringContaining('put, get and delete work') },
    ]);
    const left = readdirSync(join(folder, 'store'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });

  test('on S3 is tried, and broken with a bucket that is not there', async () => {
    const s3 = await startS3(join(folder, 's3'));
    try {
      const env = { ...s3.env, SLIPWAY_ARTIFACTS: 's3://models/x' };
      expect(await found('Artifacts', env)).toMatchObject([{ state: 'ok' }]);
      const wrong = await found('Artifacts', { ...env, SLIPWAY_ARTIFACTS: 's3://nowhere/x' });
      expect(wrong).toMatchObject([{ state: 'fail' }]);
      expect(JSON.stringify(wrong)).not.toContain(s3.env.AWS_SECRET_ACCESS_KEY);
    } finally {
      await s3.close();
    }
  });

  test('that does not answer is broken', async () => {
    const env = {
      ...{ SLIPWAY_ARTIFACTS: 's3://models/x', SLIPWAY_S3_ENDPOINT: 'http://127.0.0.1:9' },
      ...{ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'hunter2-hunter2' },
    };
    const [result] = await found('Artifacts', env);
    expect(result).toMatchObject({ state: 'fail', text: expect.stringContaining('does not answer') });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});

test.each([
  ['a file', () => join(folder, 'file')],
  ['below a file', () => join(folder, 'file', 'log')],
  ['in a file system that takes none', () => '/proc/self'],
])('a log folder that is %s cannot be written to', async (_, path) => {
  writeFileSync(join(folder, 'file'), '');
  expect(await found('Log', { SLIPWAY_LOG: path() })).toMatchObject([{ state: 'fail' }]);
});

test('a Python that does not start is broken', async () => {
  expect(await found('Python', { SLIPWAY_PYTHON: join(folder, 'python') })).toMatchObject([
    { state: 'fail', text: expect.stringContaining('does not start') },
  ]);
});

describe('the settings', () => {
  test('that are wrong are one finding with its place, and the machine is examined all the same', async () => {
    writeFileSync(join(folder, 'slipway.config.yaml'), 'regstry: x\n');
    const results = await examine({ folder, env: {}, clock: systemClock, after: afterTimeout });
    expect(results.map(({ name }) => name)).toEqual(['Node.js', 'ONNX Runtime', 'DuckDB', 'Settings']);
    expect(results.at(-1)).toMatchObject({
      state: 'fail',
      text: expect.stringContaining('slipway.config.yaml:1:1'),
      hint: 'Did you mean registry?',
    });
  });

  test('of a secret that everybody can read, of two sources, and of a name that nothing reads are warned of', async () => {
    const path = join(folder, 'admin-key');
    writeFileSync(path, '0123456789abcdef0123456789abcdef\n');
    chmodSync(path, 0o644);
    const env = { SLIPWAY_ADMIN_KEY_FILE: path, SLIPWAY_USER: 'ana', SLIPWAY_USER_FILE: path, SLIPWAY_PROT: '1' };
    expect(await found('Secrets', env)).toMatchObject([{ state: 'warn', text: expect.stringContaining('mode 644') }]);
    expect((await found('Settings', env)).map(({ state }) => state)).toEqual(['ok', 'warn', 'warn']);
    chmodSync(path, 0o640);
    expect(await found('Secrets', env)).toMatchObject([{ state: 'ok' }]);
  });
});

test('a check that never ends is broken when its time is over, and holds up no other', async () => {
  const fired: (() => void)[] = [];
  const results = runChecks(
    [
      { name: 'silent', run: () => new Promise(() => {}) },
      { name: 'quick', run: async () => ok('here') },
    ],
    {
      checkMsMax: 10_000,
      after: (_, then) => {
        fired.push(then);
        return () => {};
      },
    },
  );
  fired[0]?.();
  expect(await results).toMatchObject([
    { name: 'silent', state: 'fail', text: 'no answer within 10 s', timedOut: true },
    { name: 'quick', state: 'ok', timedOut: false },
  ]);
});

test.each([
  ['24.6.0', 'ok'],
  ['24.5.9', 'fail'],
  ['22.20.0', 'fail'],
  ['25.1.0', 'warn'],
])('Node.js %s is %s', (version, state) => {
  expect(nodeFinding(version).state).toBe(state);
});
