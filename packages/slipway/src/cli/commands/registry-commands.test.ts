import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type PostgresServer, startPostgres } from '@slipway/testkit/postgres-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startS3, type TestS3 } from '../../registry/artifacts/fixtures/s3-server.ts';
import type { AuditEntry, Move, Promotion, Version } from '../../registry/types.ts';
import { type CommandFolder, commandFolder } from '../fixtures/registry-commands.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-registry-commands-'));
let s3: TestS3;
let postgres: PostgresServer;
beforeAll(async () => {
  [s3, postgres] = await Promise.all([startS3(join(root, 's3')), startPostgres()]);
});
afterAll(async () => {
  await Promise.all([s3.close(), postgres.destroy()]);
  rmSync(root, { recursive: true, force: true });
});

const rows = ['hours_studied,quiz_score,learner_id', '3,40,L1', '20,90,L2', '7.5,61,L3', ''].join('\n');

const places: readonly [string, () => Promise<Readonly<Record<string, string>>>][] = [
  ['SQLite and a folder', async () => ({})],
  [
    'PostgreSQL and S3',
    async () => ({ ...s3.env, SLIPWAY_REGISTRY: await postgres.freshUrl(), SLIPWAY_ARTIFACTS: 's3://models/commands' }),
  ],
];

describe.each(places)('on %s', (_, envOf) => {
  test('push, promote, a second version, rollback: each is told, and all of it is in the audit log', async () => {
    const here = commandFolder(root, await envOf());
    here.write('1.0.0');
    const first = await here.json<{ version: Version; known: boolean }>('push');
    expect(first).toMatchObject({ known: false, version: { model: 'learner-risk', version: '1.0.0', ordinal: 1 } });
    expect((await here.json<{ known: boolean }>('push')).known).toBe(true);
    expect(await here.json<Promotion>('promote', 'learner-risk@1.0.0')).toMatchObject({ kind: 'moved' });
    here.write('1.1.0', { bias: 6 });
    await here.json('push', '--alias', 'staging');
    const move = await here.json<Promotion>('promote', 'learner-risk@staging', '--expect', '1.0.0', '--why', 'better');
    expect(move).toMatchObject({ kind: 'moved', move: { from: '1.0.0', to: '1.1.0', why: 'better' } });
    const { out } = await here.run('versions', 'learner-risk');
    expect(out).toMatch(/1\.1\.0 +production, staging .* ada +compiled +pass/);
    expect(out).toMatch(/1\.0\.0 +previous/);
    expect(await here.json<Move>('rollback', 'learner-risk')).toMatchObject({ from: '1.1.0', to: '1.0.0' });
    const { entries } = await here.json<{ entries: readonly AuditEntry[] }>('audit');
    expect(entries.map(({ action }) => action)).toEqual([
      'version.push',
      'alias.promote',
      'version.push',
      'alias.promote',
      'alias.promote',
      'alias.rollback',
    ]);
    expect((await here.run('audit', 'verify')).out).toContain(
      'the log is whole, and the database is what it says: 6 entries',
    );
  });

  test('a batch from the registry writes what one from the folder does, and its record is shown by its id', async () => {
    const here = commandFolder(root, await envOf());
    here.write('1.0.0');
    await here.json('push', '--alias', 'production');
    writeFileSync(join(here.folder, 'in.csv'), rows);
    const ours = await here.json<object>('batch', 'in.csv', 'folder.csv');
    // The registry's version answers, whatever stands in the folder now.
    here.write('1.1.0', { bias: 9 });
    const run = await here.json<{ run_id: string; version: string }>(
      ...['batch', '--model', 'learner-risk@production', 'in.csv', 'registry.csv'],
    );
    expect(readFileSync(join(here.folder, 'registry.csv'), 'utf8')).toBe(
      readFileSync(join(here.folder, 'folder.csv'), 'utf8'),
    );
    expect(run).toMatchObject({ version: '1.0.0', engine: 'compiled', counts: { rows_scored: 3 } });
    expect(await here.json('show', run.run_id)).toEqual(run);
    expect((await here.run('show', run.run_id)).out).toContain('3 rows');
    expect((await here.run('show', (ours as { run_id: string }).run_id)).code).toBe(4);
    const used = await here.run('delete', 'learner-risk@1.0.0');
    expect(used).toMatchObject({ code: 5, err: expect.stringContaining(`run/${run.run_id}`) });
  });

  test('inspect and check answer for a version of the registry', async () => {
    const here = commandFolder(root, await envOf());
    here.write('1.0.0');
    await here.json('push', '--alias', 'staging');
    rmSync(join(here.folder, 'launch.yaml'));
    const inspected = await here.json<object>('inspect', 'learner-risk@staging');
    expect(inspected).toMatchObject({ model: 'learner-risk', version: '1.0.0', engine: { name: 'compiled' } });
    const { out } = await here.run('check', 'learner-risk@1.0.0');
    expect(out).toContain('the artifact fits the contract, is served by the compiled engine');
  });
});

describe('push', () => {
  let here: CommandFolder;
  beforeAll(async () => {
    here = commandFolder(root);
    here.write('1.0.0');
    await here.json('push');
  });

  test('other bytes under the same version are VERSION_EXISTS, with what differs and what to do', async () => {
    here.write('1.0.0', { bias: 6, edit: (text) => text.replace('at: 0.7', 'at: 0.8') });
    const { err, code, out } = await here.run('push');
    expect(err).toContain('VERSION_EXISTS: learner-risk@1.0.0');
    expect(err).toMatch(/artifact \(there: sha256:[0-9a-f]{64}, pushed: sha256:[0-9a-f]{64}\)/);
    expect(err).toContain('The launch file differs in output.needs_support.at.');
    expect(err).toContain('Raise `version`');
    expect({ code, out }).toEqual({ code: 5, out: '' });
  });

  test('nothing is added where the store is gone, and the same command works when it is back', async () => {
    here.write('2.0.0');
    const file = join(here.folder, 'a-file');
    writeFileSync(file, '');
    const gone = commandFolder(root, { SLIPWAY_ARTIFACTS: `file:${file}/store` });
    gone.write('2.0.0');
    expect(await gone.run('push')).toMatchObject({ code: 6, err: expect.stringContaining('STORE_UNAVAILABLE') });
    expect((await gone.run('versions')).out).toContain('no model yet');
    rmSync(file);
    expect((await gone.run('push')).code).toBe(0);
  });

  test.each<[string, (text: string) => string, string]>([
    [
      'an artifact that is not there',
      (text) => text.replace('artifact: model.onnx', 'artifact: other.onnx'),
      'ARTIFACT_NOT_FOUND',
    ],
    [
      'a reference that is not there',
      (text) => `${text}monitoring: { metrics: [latency], reference: none.json }\n`,
      'REFERENCE_INVALID',
    ],
    ['golden rows that are not there', (text) => `${text}golden: none.json\n`, 'LAUNCH_INVALID'],
  ])('%s is told before anything is added', async (_, edit, code) => {
    here.write('3.0.0', { edit });
    expect((await here.run('push')).err).toContain(code);
    const { total } = await here.json<{ total: number }>('versions', 'learner-risk');
    expect(total).toBe(1);
  });
});

describe('what is there and what is not', () => {
  let here: CommandFolder;
  beforeAll(async () => {
    here = commandFolder(root);
    for (const version of ['1.0.0', '1.1.0']) {
      here.write(version);
      await here.json('push', '--alias', 'production');
    }
  });

  test.each([
    ['an alias', ['show', 'learner-risk@prodution'], 4, 'Did you mean learner-risk@production?'],
    ['a version', ['promote', 'learner-risk@1.2.0'], 4, 'Did you mean learner-risk@1.'],
    ['a model', ['versions', 'learner-risc'], 4, 'Did you mean learner-risk?'],
    ['a model to roll back', ['rollback', 'lerner-risk'], 4, 'Did you mean learner-risk?'],
    ['a model without a version', ['show', 'learner-risk'], 2, 'slipway versions learner-risk'],
    ['a bare name to serve', ['serve', 'learner-risk'], 4, 'learner-risk@production'],
    ['a bare name to promote', ['promote', 'learner-risk'], 2, 'NAME@VERSION'],
    ['an alias to delete', ['delete', 'learner-risk@production'], 2, 'names an alias'],
    ['what nobody knows', ['show', 'thing'], 4, 'KIND/ID'],
    ['a word of audit', ['audit', 'check'], 2, 'The one word that it takes is `verify`.'],
    ['a misspelt word of audit', ['audit', 'verfy'], 2, 'Did you mean verify?'],
    ['a misspelt word of keys', ['keys', 'revok'], 2, 'Did you mean revoke?'],
    ['a misspelt word of outcomes', ['outcomes', 'jion'], 2, 'Did you mean join?'],
  ])('%s is told with what was meant', async (_, argv, code, hint) => {
    const { err, code: ended } = await here.run(...argv);
    expect(err).toContain(hint);
    expect(ended).toBe(code);
  });

  test('a move that expected another version is refused, and says who moved it', async () => {
    const { err, code } = await here.run('promote', 'learner-risk@1.0.0', '--expect', '1.0.0');
    expect(err).toMatch(/REGISTRY_CONFLICT: .* expected to be 1\.0\.0, and is 1\.1\.0, moved there by ada/);
    expect(code).toBe(5);
  });

  test('show renders facts, files, proof and history; and says so where the store is gone', async () => {
    const { out } = await here.run('show', 'learner-risk@production');
    expect(out).toContain('learner-risk@1.1.0  production');
    for (const part of ['8 owner', 'artifact   sha256:', 'pass: ', 'production  1.0.0 → 1.1.0  promote by ada']) {
      expect(out).toContain(part);
    }
    const gone = { SLIPWAY_ARTIFACTS: `file:${root}/nowhere`, SLIPWAY_HOME: join(here.folder, '.slipway') };
    const without = await commandFolder(root, gone).run('show', 'learner-risk@1.0.0');
    expect(without).toMatchObject({ code: 0, out: expect.stringContaining('ARTIFACT_NOT_FOUND') });
    expect(without.out).toContain('learner-risk@1.0.0  previous');
  });

  test('a version whose files are lost is not promoted', async () => {
    const home = { SLIPWAY_HOME: join(here.folder, '.slipway'), SLIPWAY_ARTIFACTS: `file:${root}/nowhere` };
    const { err, code } = await commandFolder(root, home).run('promote', 'learner-risk@1.0.0');
    expect(err).toContain('The artifact of learner-risk@1.0.0 is not in the artifact store');
    expect(code).toBe(4);
  });

  test('a registry that nobody made is told, and not made by a look', async () => {
    const { err, code } = await commandFolder(root).run('versions');
    expect(err).toContain('REGISTRY_NOT_FOUND');
    expect(code).toBe(4);
  });
});

test('production of a model that asks for it waits for a second person', async () => {
  const here = commandFolder(root);
  here.write('1.0.0', {
    edit: (text) => `${text}rollout: { steps: [{ kind: canary, weights: [50%, 100%], each: 1h }], approve: true }\n`,
  });
  await here.json('push');
  const asked = await here.run('promote', 'learner-risk@1.0.0', '--why', 'ready');
  const id = /slipway approve (\S+)/.exec(asked.out)?.[1] ?? '';
  // Nothing has moved: what follows `promote &&` must not go on.
  expect(asked.code).toBe(11);
  const again = await here.run('promote', 'learner-risk@1.0.0', '--by', 'cy');
  expect(again).toMatchObject({ code: 11, out: expect.stringContaining(`already asked (${id}, by ada at `) });
  expect((await here.run('approvals')).out).toMatch(/production → 1\.0\.0 +ada .* ready/);
  expect(await here.run('approve', id)).toMatchObject({ code: 2, err: expect.stringContaining('APPROVAL_SELF') });
  const approved = { code: 0, out: expect.stringContaining('approved: learner-risk production → 1.0.0') };
  expect(await here.run('approve', id, '--by', 'bo')).toMatchObject(approved);
  expect((await here.run('versions')).out).toContain('production 1.0.0');
  expect((await here.run('approvals', 'learner-risk', '--all')).out).toContain('approved by bo');
  expect((await here.run('approvals', 'learner-risk', '--require')).out).toContain('second person');
  const off = await here.run('approvals', 'learner-risk', '--no-require');
  expect(off).toMatchObject({ code: 11, out: expect.stringContaining('waits for approval') });
  expect((await here.run('approvals', 'learner-risk', '--no-require')).out).toContain('already asked');
  const both = await here.run('approvals', 'learner-risk', '--require', '--no-require');
  expect(both).toMatchObject({ code: 2, err: expect.stringContaining('exclude each other') });
  here.write('1.1.0', { bias: 4 });
  await here.json('approvals', 'learner-risk', '--require');
  expect((await here.run('push', '--alias', 'production')).code).toBe(11);
});

test('a log that was cut behind a kept head is found', async () => {
  const here = commandFolder(root);
  here.write('1.0.0');
  await here.json('push');
  await here.run('audit', 'verify', '--keep', 'head.json');
  expect((await here.run('audit', 'verify', '--head', 'head.json')).code).toBe(0);
  const { hash } = JSON.parse(readFileSync(join(here.folder, 'head.json'), 'utf8')) as { hash: string };
  writeFileSync(join(here.folder, 'later.json'), JSON.stringify({ sequence: 9, hash }));
  expect(await here.run('audit', 'verify', '--head', 'later.json')).toMatchObject({
    code: 10,
    out: expect.stringContaining('tampered'),
  });
  const printed = /head (\d+:[0-9a-f]{64})\n/.exec((await here.run('audit', 'verify')).out)?.[1] ?? '';
  writeFileSync(join(here.folder, 'printed.txt'), `${printed}\n`);
  for (const head of [printed, printed.replace(':', ' '), 'printed.txt']) {
    expect((await here.run('audit', 'verify', '--head', head)).code).toBe(0);
  }
  expect((await here.run('audit', 'verify', '--head', printed.replace(/^\d+/, '9'))).code).toBe(10);
  expect((await here.run('audit', 'verify', '--head', 'launch.yaml')).err).toContain('INPUT_FORMAT');
  expect((await here.run('audit', '--since', '2999-01-01')).out).toBe('No entry.\n');
});

test('a registry that is made is told with its address, once; keys of a model that is not in it are warned of', async () => {
  const here = commandFolder(root);
  here.write('1.0.0');
  const made = `new registry: sqlite:${join(here.folder, '.slipway', 'registry.db')}\n`;
  expect((await here.run('push')).err).toBe(made);
  expect((await here.run('push')).err).toBe('');
  const create = ['keys', 'create', '--name', 'ci', '--scope', 'predict', '--model'];
  expect((await here.run(...create, 'learner-risk')).err).not.toContain('warning');
  const warned = await here.run(...create, 'lerner-risk');
  expect(warned.code).toBe(0);
  expect(warned.err).toContain(
    'warning: there is no model lerner-risk in the registry yet. Did you mean learner-risk?\n',
  );
  expect((await here.run('keys', 'list')).out).toMatch(/^ {2}id +last four +name /);
});

test('a registry that was written behind its log fails audit verify and doctor, with what differs', async () => {
  const here = commandFolder(root);
  for (const version of ['1.0.0', '1.1.0']) {
    here.write(version, { bias: Number(version.slice(2, 3)) });
    await here.json('push');
  }
  await here.json('promote', 'learner-risk@1.0.0');
  const database = new DatabaseSync(join(here.folder, '.slipway', 'registry.db'));
  database.exec("UPDATE slipway_aliases SET version = '1.1.0'");
  database.close();
  const said = 'production of learner-risk is 1.1.0; the log says 1.0.0 since entry 3';
  expect(await here.run('audit', 'verify')).toMatchObject({ code: 10, out: expect.stringContaining(`\n  ${said}\n`) });
  expect(JSON.parse((await here.run('audit', 'verify', '--json')).out)).toMatchObject({
    fault: 'state',
    differences: [said],
  });
  expect(await here.run('doctor')).toMatchObject({ code: 10, out: expect.stringContaining(said) });
  expect(await here.run('backup', 'a.backup')).toMatchObject({ code: 10, out: expect.stringContaining(said) });
});
