import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { learnerLaunch, learnerModel, writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3, type TestS3 } from '../../registry/artifacts/fixtures/s3-server.ts';
import { type PostgresServer, startPostgres } from '../../registry/fixtures/postgres-server.ts';
import type { Version } from '../../registry/types.ts';
import { uniform } from '../../system/random.ts';
import { type CommandFolder, commandFolder } from '../fixtures/registry-commands.ts';

const bin = fileURLToPath(new URL('../../../bin/slipway.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'slipway-push-killed-'));
let s3: TestS3;
let postgres: PostgresServer;
beforeAll(async () => {
  [s3, postgres] = await Promise.all([startS3(join(root, 's3')), startPostgres()]);
});
afterAll(async () => {
  await Promise.all([s3.close(), postgres.destroy()]);
  rmSync(root, { recursive: true, force: true });
});

/** The long form: SLIPWAY_KILL_ROUNDS=100. */
const rounds = Number(process.env.SLIPWAY_KILL_ROUNDS ?? 4);
const seed = 20261124;
/** Parts of a whole push: all that it writes falls between them. */
const [earliest, latest] = [0.4, 1.02];

const places: readonly [string, () => Promise<Readonly<Record<string, string>>>][] = [
  ['SQLite and a folder', async () => ({})],
  [
    'PostgreSQL and S3',
    async () => ({ ...s3.env, SLIPWAY_REGISTRY: await postgres.freshUrl(), SLIPWAY_ARTIFACTS: 's3://models/killed' }),
  ],
];

test.each(places)(
  `SIGKILL at any moment of a push leaves a whole version or none, ${rounds} times on %s`,
  {
    timeout: 30_000 + 6000 * rounds,
  },
  async (name, envOf) => {
    const here = commandFolder(root, await envOf());
    const totals = { kills: 0, acknowledged: 0, unacknowledged: 0, none: 0 };
    let wholeMs = await timeOfPush(here);
    for (let round = 1; round <= rounds; round++) {
      const version = `1.${round}.0`;
      write(here, version, round);
      const afterMs = wholeMs * (earliest + (latest - earliest) * uniform(seed, round, 0));
      const ended = await pushKilled(here, afterMs);
      // A machine that has more to do than before takes longer, too.
      if (!ended.isKilled) wholeMs = ended.tookMs;
      const { versions } = await here.json<{ versions: readonly Version[] }>('versions', 'learner-risk');
      const isThere = versions.some((each) => each.version === version);
      if (ended.isAcknowledged) expect(isThere).toBe(true);
      // What is there is whole: its files are read, and it opens.
      if (isThere) expect(await here.run('promote', `learner-risk@${version}`)).toMatchObject({ code: 0 });
      if (isThere) expect(await here.run('inspect', `learner-risk@${version}`)).toMatchObject({ code: 0 });
      totals.kills += ended.isKilled ? 1 : 0;
      if (ended.isAcknowledged) totals.acknowledged++;
      else if (isThere) totals.unacknowledged++;
      else totals.none++;
      await here.json('push');
      expect(await here.run('inspect', `learner-risk@${version}`)).toMatchObject({ code: 0 });
      expect(leftovers(here)).toEqual([]);
    }
    expect((await here.json<{ total: number }>('versions', 'learner-risk')).total).toBe(rounds + 1);
    expect((await here.run('audit', 'verify')).code).toBe(0);
    // What the killed pushes put and no version came to name goes with a collection, and nothing else does.
    const { inUse } = await here.json<{ inUse: number }>('gc', '--grace', '0');
    const after = await here.json<{ files: number; inUse: number }>('gc', '--grace', '0');
    expect(after).toMatchObject({ files: inUse, inUse });
    expect(totals.kills).toBeGreaterThanOrEqual(Math.floor(rounds / 4));
    if (process.env.SLIPWAY_KILL_ROUNDS !== undefined)
      process.stdout.write(`${JSON.stringify({ place: name, seed, ...totals })}\n`);
  },
);

async function timeOfPush(here: CommandFolder): Promise<number> {
  write(here, '1.0.0', 0);
  await pushKilled(here, 60_000);
  write(here, '1.0.0', 0);
  return (await pushKilled(here, 60_000)).tookMs;
}

/** Another model each time, so that every file of it has to be put. */
function write({ folder }: CommandFolder, version: string, bias: number): void {
  const text = learnerLaunch.replace('version: 1.0.0', `version: ${version}`);
  writeLearnerLaunch(folder, { text, model: learnerModel(bias / 100) });
  writeFileSync(join(folder, 'model.proof.json'), 'so that it is made again');
}

function leftovers({ folder }: CommandFolder): readonly string[] {
  const drafts = join(folder, '.slipway', 'artifacts', 'drafts');
  return [...s3.uploads(), ...(existsSync(drafts) ? readdirSync(drafts) : [])];
}

interface Ended {
  readonly isKilled: boolean;
  /** Whether the push had said that it was done before. */
  readonly isAcknowledged: boolean;
  readonly tookMs: number;
}

async function pushKilled({ folder, env: own }: CommandFolder, afterMs: number): Promise<Ended> {
  const env = { ...process.env, SLIPWAY_HOME: join(folder, '.slipway'), ...own };
  const begunMs = performance.now();
  const child = spawn(process.execPath, [bin, 'push'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  const [, signal] = await once(child, 'close');
  clearTimeout(timer);
  return {
    isKilled: signal === 'SIGKILL',
    isAcknowledged: out.includes('is in the registry'),
    tookMs: performance.now() - begunMs,
  };
}
