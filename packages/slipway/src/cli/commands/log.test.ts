import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  const env = { PATH: process.env.PATH, SLIPWAY_LOG_HASH_KEY: 'k'.repeat(32) };
  const ran = spawnSync(process.execPath, [bin, ...words], { cwd: folder, encoding: 'utf8', env });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

test('what a batch keeps is found, compacted, replayed and erased', () => {
  expect(slipway('batch', 'in.csv', 'out.csv', '--log')).toMatchObject({ code: 0, err: '' });
  const { events } = JSON.parse(slipway('log', '--json').out);
  expect(events.map(({ unit }: { unit: string }) => unit).sort()).toEqual(['a', 'b', 'c']);
  expect(slipway('log', 'compact').out).toContain('3 predictions of 1 segments are in 1 new files.');
  const { id } = events[0];
  expect(slipway('log', id).out).toContain(id);
  expect(slipway('replay', id, '--on', launch)).toMatchObject({ code: 0, err: '' });
  expect(slipway('log', 'erase', '--unit', 'a', '--json').out).toContain('"predictions": 1');
  expect(slipway('log', '--sql', 'select count(*) n from predictions').out).toMatch(/n\n\s+2/);
  expect(slipway('log', 'nothing')).toMatchObject({ code: 4, err: expect.stringContaining('LOG_NOT_FOUND') });
});

test('a prediction whose inputs were hashed is not replayed', () => {
  slipway('batch', 'in.csv', 'out.csv', '--log=hashed', '--log-hash', 'quiz_score');
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

test.each([
  ['a launch file', ['serve', '--log', 'launch.yaml']],
  ['a model of the registry', ['serve', '--log', 'learner-risk@production']],
  ['the input of a batch', ['batch', '--log', 'in.csv', 'out.csv']],
])('--log that has swallowed %s is refused, and nothing is made', (_, words) => {
  const ran = slipway(...words);
  expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('write --log=FOLDER') });
  expect(existsSync(join(folder, 'learner-risk@production'))).toBe(false);
});
