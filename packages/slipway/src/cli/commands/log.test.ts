import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';

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
