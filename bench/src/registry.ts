import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLearnerLaunch } from '@slipway/testkit';
import { openRegistry } from 'slipway';
import { type BenchReport, describeMachine, measurement, target } from './report.ts';

const bin = fileURLToPath(new URL('../../packages/slipway/bin/slipway.js', import.meta.url));
const versions = 1000;
const wallMsMax = 300;

/** Whole processes that look into a registry of 1,000 versions on SQLite. */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-registry-'));
  try {
    await fill(folder);
    const works: readonly (readonly string[])[] = [
      ['versions', 'learner-risk', '--limit', String(versions)],
      ['show', 'learner-risk@production'],
      ['show', `learner-risk@1.${versions - 1}.0`, '--json'],
    ];
    const rounds = short ? 5 : 25;
    const measured = works.map((words) => {
      const times: number[] = [];
      // One first, so that its files are in the page cache.
      for (let round = -1; round < rounds; round++) {
        const ms = millisecondsOf(folder, words);
        if (round >= 0) times.push(ms);
      }
      return measurement(`slipway ${words.join(' ')}`, 'slipway', 'ms', times);
    });
    return {
      name: 'registry',
      about: `whole processes, wall time, over a registry of ${versions} versions on SQLite; the figure is the median`,
      date: new Date().toISOString(),
      short,
      machine: describeMachine({}),
      measurements: measured,
      targets: measured.map(({ work, median }) => target(`${work}, milliseconds`, median, wallMsMax, { lower: true })),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One real push, whose files all versions share: what a look costs does not depend on what the files hold. */
async function fill(folder: string): Promise<void> {
  writeLearnerLaunch(folder);
  millisecondsOf(folder, ['push', '--alias', 'production']);
  const registry = await openRegistry({ url: `sqlite:${join(folder, '.slipway', 'registry.db')}` });
  const by = { kind: 'system', id: 'bench' } as const;
  const { artifact, launch, reference, golden, proof } = await registry.version('learner-risk', '1.0.0');
  for (let index = 1; index < versions; index++) {
    await registry.push('learner-risk', `1.${index}.0`, { artifact, launch, reference, golden, proof }, { by });
  }
  await registry.close();
}

function millisecondsOf(folder: string, words: readonly string[]): number {
  const env = { ...process.env, SLIPWAY_USER: 'bench' };
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [bin, ...words], { cwd: folder, env, encoding: 'utf8' });
  const ms = performance.now() - started;
  if (status !== 0) throw new Error(`slipway ${words.join(' ')} ended with ${status}: ${stderr}`);
  return ms;
}
