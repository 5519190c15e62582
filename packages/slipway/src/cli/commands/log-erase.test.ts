import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLearnerLaunch } from '@slipway/testkit';
import { expect, onTestFinished, test } from 'vitest';

const bin = fileURLToPath(new URL('../../../bin/slipway.js', import.meta.url));

test('an erasure that cannot reach a segment says so, and exits with 10', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'slipway-log-erase-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const slipway = (...words: string[]) => spawnSync(process.execPath, [bin, ...words], { cwd, encoding: 'utf8' });
  writeLearnerLaunch(cwd);
  writeFileSync(join(cwd, 'in.csv'), 'learner_id,hours_studied,quiz_score\na,1,50\n');
  slipway('batch', 'in.csv', 'out.csv', '--log');
  slipway('batch', 'in.csv', 'out.csv', '--log');
  const segments = join(cwd, '.slipway', 'log', 'segments');
  const [first = ''] = readdirSync(segments);
  renameSync(join(segments, first), join(segments, first.replace('.v1.', '.v9.')));
  const erased = slipway('log', 'erase', '--unit', 'a');
  expect(erased.stderr).toContain('1 segment of another version');
  expect(erased.stdout).toContain('1 prediction erased');
  expect(erased.status).toBe(10);
  rmSync(join(segments, first.replace('.v1.', '.v9.')));
  expect(slipway('log', 'erase', '--unit', 'a')).toMatchObject({ status: 0, stderr: '' });
});
