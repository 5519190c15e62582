import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { learnerLaunch, writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';
import type { Version } from '../../registry/types.ts';
import { commandFolder } from '../fixtures/registry-commands.ts';

const bin = fileURLToPath(new URL('../../../bin/slipway.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'slipway-push-killed-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

// A kill may come at any moment; rounds that look more often are set by the variable.
const rounds = Number(process.env.SLIPWAY_KILL_ROUNDS ?? 8);
const startMs = 120;
const stepMs = 60;

test(`SIGKILL at any moment of a push leaves a whole version or none, ${rounds} times`, {
  timeout: 30_000 + 3000 * rounds,
}, async () => {
  const here = commandFolder(root);
  for (let round = 0; round < rounds; round++) {
    const number = `1.${round}.0`;
    writeLearnerLaunch(here.folder, { text: learnerLaunch.replace('version: 1.0.0', `version: ${number}`) });
    const acknowledged = await pushKilled(here.folder, startMs + stepMs * (round % 8));
    const there = await here.run('versions', 'learner-risk', '--json');
    const versions = there.code === 0 ? (JSON.parse(there.out) as { versions: readonly Version[] }).versions : [];
    const isThere = versions.some(({ version }) => version === number);
    if (acknowledged) expect(isThere).toBe(true);
    if (isThere) expect((await here.run('inspect', `learner-risk@${number}`)).code).toBe(0);
    expect((await here.run('push')).code).toBe(0);
    expect((await here.run('inspect', `learner-risk@${number}`)).code).toBe(0);
  }
  expect((await here.run('audit', 'verify')).code).toBe(0);
});

/** Whether the push had said that it was done before it was killed. */
async function pushKilled(folder: string, afterMs: number): Promise<boolean> {
  writeFileSync(join(folder, 'model.proof.json'), 'so that it is made again');
  const env = { ...process.env, SLIPWAY_USER: 'ada', SLIPWAY_HOME: join(folder, '.slipway') };
  const child = spawn(process.execPath, [bin, 'push'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await once(child, 'close');
  clearTimeout(timer);
  return out.includes('is in the registry');
}
