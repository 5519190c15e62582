import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { startServe } from '../fixtures/serve-process.ts';

const bin = fileURLToPath(new URL('../../../bin/slipway.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'slipway-log-command-'));
afterAll(() => rmSync(folder, { recursive: true }));
const launch = writeLearnerLaunch(folder);
writeFileSync(join(folder, 'in.csv'), 'learner_id,hours_studied,quiz_score\na,1,50\nb,2,60\nc,30,95\n');

function slipway(...words: string[]) {
  return slipwayWith({ SLIPWAY_LOG_HASH_KEY: 'k'.repeat(32) }, ...words);
}

function slipwayWith(variables: Readonly<Record<string, string>>, ...words: string[]) {
  const env = { PATH: process.env.PATH, ...variables };
  const ran = spawnSync(process.execPath, [bin, ...words], { cwd: folder, encoding: 'utf8', env });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

test('what a batch keeps is found, compacted, replayed and erased', () => {
  const scored = slipway('batch', 'in.csv', 'out.csv', '--log');
  expect(scored).toMatchObject({ code: 0, err: '' });
  expect(scored.out).toMatch(/\n {2}3 predictions kept in \.slipway\/log\n$/);
  const { events } = JSON.parse(slipway('log', '--json').out);
  expect(events.map(({ unit }: { unit: string }) => unit).sort()).toEqual(['a', 'b', 'c']);
  expect(slipway('log', 'compact').out).toContain('3 predictions of 1 segment in 1 new file.');
  const { id } = events[0];
  expect(slipway('log', id).out).toContain(id);
  expect(slipway('replay', id, '--on', launch)).toMatchObject({ code: 0, err: '' });
  expect(slipway('log', 'erase', '--unit', 'a', '--json').out).toContain('"predictions": 1');
  expect(slipway('log', '--sql', 'select count(*) n from predictions').out).toMatch(/n\n\s+2/);
  const select = 'select count(*) n, sum(1) s, 9007199254740993 big, unit from predictions group by unit limit 1';
  const [row] = JSON.parse(slipway('log', '--sql', select, '--json').out);
  expect(row).toMatchObject({ n: 1, s: 1, big: '9007199254740993', unit: expect.stringMatching(/^[bc]$/) });
  const lost = slipway('log', 'nothing');
  expect(lost).toMatchObject({ code: 4, err: expect.stringContaining('LOG_NOT_FOUND') });
  expect(lost.err).toContain(join(folder, '.slipway', 'log'));
  expect(lost.err).toContain('--log FOLDER');
  for (const [word, meant] of [
    ['eraze', 'erase'],
    ['compat', 'compact'],
  ] as const) {
    const misspelt = slipway('log', word);
    expect(misspelt).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`Did you mean ${meant}?`) });
    expect(misspelt.err).toContain('USAGE');
  }
  const strange = slipway('log', '--model', 'lerner');
  expect(strange).toMatchObject({ code: 4, out: '', err: expect.stringContaining('It has learner-risk.') });
  expect(slipway('log', '--model', 'learner-rsk').err).toContain('Did you mean "learner-risk"?');
  expect(slipway('log', '--model', 'learner-risk', '--since', '2999-01-01')).toMatchObject({ out: 'No prediction.\n' });
  const cells = slipway('log', '--sql', "select null a, '' b, 'x'||chr(10)||'y' c, 'NULL' d, 1 e");
  expect(cells.out.split('\n')[1]?.trim().split(/ {2,}/)).toEqual(['NULL', '""', 'x\\ny', '"NULL"', '1']);
});

test('a prediction whose inputs were hashed is not replayed', () => {
  const { out } = slipway('batch', 'in.csv', 'out.csv', '--log=hashed', '--log-hash', 'quiz_score');
  expect(out).toContain('  3 predictions kept in hashed; quiz_score as hashes\n');
  const { out: plain } = slipway('batch', 'in.csv', 'out.csv');
  expect(plain).not.toContain('kept in');
  const { events } = JSON.parse(slipway('log', '--log', 'hashed', '--json').out);
  const ran = slipway('replay', events[0].id, '--on', launch, '--log', 'hashed');
  expect(ran).toMatchObject({ code: 5, err: expect.stringContaining('quiz_score') });
});

test('what a server has answered is found by the id of the answer after SIGTERM, and says the same again', async () => {
  const log = join(folder, 'served');
  const server = await startServe([launch, '--json', `--log=${log}`]);
  onTestFinished(() => {
    server.child.kill('SIGKILL');
  });
  const answer = await fetch(`${server.ready.url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ learner_id: 'L1', hours_studied: 3, quiz_score: 40, cohort: 'spring', mentor_id: 'M7' }),
  });
  type Answered = { readonly prediction_id: string; readonly risk_score: number };
  const { prediction_id: id, risk_score } = (await answer.json()) as Answered;
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);

  const outputs = { risk_score, needs_support: true };
  const context = { cohort: 'spring', mentor_id: 'M7' };
  const found = JSON.parse(slipway('log', id, '--log', log).out);
  expect(found).toMatchObject({ id, unit: 'L1', source: 'online', inputs: { quiz_score: 40 }, context, outputs });

  const select = 'select id, unit, outputs from predictions';
  const [row, ...others] = JSON.parse(slipway('log', '--sql', select, '--json', '--log', log).out);
  expect([row.id, row.unit, JSON.parse(row.outputs), others]).toEqual([id, 'L1', outputs, []]);

  const replayed = slipway('replay', id, '--on', 'launch.yaml', '--log', log, '--json');
  expect(replayed).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(replayed.out)).toMatchObject({ logged: { outputs }, replayed: { outputs }, differ: [] });
});

test('a server that the variables alone tell to log keeps no plain unit; erasing one needs the key', async () => {
  const log = join(folder, 'by-variables');
  const key = 's'.repeat(32);
  const server = await startServe([launch, '--json'], {
    SLIPWAY_LOG: log,
    SLIPWAY_LOG_HASH: 'unit,mentor_id',
    SLIPWAY_LOG_HASH_KEY: key,
    SLIPWAY_LOG_REDACT: 'hours_studied',
  });
  onTestFinished(() => {
    server.child.kill('SIGKILL');
  });
  expect(await server.logged('predictions are kept in the log')).toMatchObject({
    folder: log,
    sample: 1,
    redacted: ['hours_studied'],
    hashed: ['unit', 'mentor_id'],
  });
  await fetch(`${server.ready.url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ learner_id: 'Lena', hours_studied: 31.5, quiz_score: 40, mentor_id: 'Maria' }),
  });
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  const text = readdirSync(join(log, 'segments')).map((name) => readFileSync(join(log, 'segments', name), 'utf8'));
  expect(text.join('')).toContain('"quiz_score":40');
  expect(text.join('')).not.toMatch(/Lena|Maria|31\.5/);

  const erase = ['log', 'erase', '--unit', 'Lena', '--log', log];
  for (const variables of [{}, { SLIPWAY_LOG_HASH_KEY: '' }]) {
    const refused = slipwayWith(variables, ...erase);
    expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringContaining('SLIPWAY_LOG_HASH_KEY') });
    expect(refused.err).toContain('Nothing was erased');
  }
  const erased = slipwayWith({ SLIPWAY_LOG_HASH_KEY: key }, ...erase);
  expect(erased).toMatchObject({ code: 0, err: '' });
  expect(erased.out).toContain('1 prediction erased');
  expect(erased.out).not.toContain('hidden');
});

test('an empty key is none: to hash with it is refused', () => {
  const words = ['batch', 'in.csv', 'out.csv', '--log=unhashed', '--log-hash', 'unit'];
  const ran = slipwayWith({ SLIPWAY_LOG_HASH_KEY: '' }, ...words);
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('SETTINGS_INVALID') });
  expect(existsSync(join(folder, 'unhashed', 'segments'))).toBe(false);
});

test.each([
  ['a launch file', ['serve', '--log', 'launch.yaml']],
  ['a model of the registry', ['serve', '--log', 'learner-risk@production']],
  ['the input of a batch', ['batch', '--log', 'in.csv', 'out.csv']],
])('--log that has swallowed %s is refused, and nothing is made', (_, words) => {
  const ran = slipway(...words);
  expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('write --log=FOLDER') });
  expect(existsSync(join(folder, 'learner-risk@production'))).toBe(false);
});
