import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { learnerLaunch, learnerModel, writeLearnerLaunch } from '@slipway/testkit';
import { type PostgresServer, startPostgres } from '@slipway/testkit/postgres-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3, type TestS3 } from '../../registry/artifacts/fixtures/s3-server.ts';
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
/** Up to this many times as long as all its writing takes, counted from the first file that a push puts. */
const latest = 1.3;

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
    let writingMs = await timeOfWriting(here);
    let round = 0;
    // A push that ended before its kill is no kill.
    while (totals.kills < rounds && round < 4 * rounds) {
      round++;
      const version = `1.${round}.0`;
      write(here, version, round);
      const ended = await pushKilled(here, latest * writingMs * uniform(seed, round, 0));
      const { versions } = await here.json<{ versions: readonly Version[] }>('versions', 'learner-risk');
      const isThere = versions.some((each) => each.version === version);
      if (ended.isAcknowledged) expect(isThere).toBe(true);
      // What is there is whole: its files are read, and it opens.
      if (isThere) expect(await here.run('promote', `learner-risk@${version}`)).toMatchObject({ code: 0 });
      if (isThere) expect(await here.run('inspect', `learner-risk@${version}`)).toMatchObject({ code: 0 });
      totals.kills += ended.isKilled ? 1 : 0;
      // A machine that has more to do than before takes longer, too: about half of the kills shall find a version.
      writingMs = isThere ? writingMs / 1.1 : writingMs * 1.1;
      if (ended.isAcknowledged) totals.acknowledged++;
      else if (isThere) totals.unacknowledged++;
      else totals.none++;
      await here.json('push');
      expect(await here.run('inspect', `learner-risk@${version}`)).toMatchObject({ code: 0 });
      expect(leftovers(here)).toEqual([]);
    }
    expect((await here.json<{ total: number }>('versions', 'learner-risk')).total).toBe(round + 2);
    expect((await here.run('audit', 'verify')).code).toBe(0);
    // What the killed pushes put and no version came to name goes with a collection, and nothing else does.
    const { inUse } = await here.json<{ inUse: number }>('gc', '--grace', '0');
    const after = await here.json<{ files: number; inUse: number }>('gc', '--grace', '0');
    expect(after).toMatchObject({ files: inUse, inUse });
    expect(totals.kills).toBe(rounds);
    if (process.env.SLIPWAY_KILL_ROUNDS !== undefined)
      process.stdout.write(`${JSON.stringify({ place: name, seed, ...totals })}\n`);
  },
);

async function timeOfWriting(here: CommandFolder): Promise<number> {
  write(here, '0.8.0', -2);
  await here.json('push');
  write(here, '0.9.0', -1);
  const { writingMs } = await pushKilled(here, 60_000);
  if (writingMs === null) throw new Error('A push that nobody killed did not end.');
  return writingMs;
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
  /** From the first file that it put until it said that it was done; null where it did not come to say so. */
  readonly writingMs: number | null;
}

/** Kills a push so long after it has begun to write. */
async function pushKilled(here: CommandFolder, afterMs: number): Promise<Ended> {
  const { folder, env: own } = here;
  const env = { ...process.env, SLIPWAY_HOME: join(folder, '.slipway'), ...own };
  const child = spawn(process.execPath, [bin, 'push'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let begunMs: number | null = null;
  let doneMs: number | null = null;
  const stopLooking = onFirstWrite(here, () => {
    begunMs ??= performance.now();
    setTimeout(() => child.kill('SIGKILL'), afterMs).unref();
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
    if (out.includes('is in the registry')) doneMs ??= performance.now();
  });
  const [, signal] = await once(child, 'close');
  stopLooking();
  return {
    isKilled: signal === 'SIGKILL',
    isAcknowledged: doneMs !== null,
    writingMs: begunMs === null || doneMs === null ? null : doneMs - begunMs,
  };
}

/** Calls back once something is put into the store; answers how to stop it. */
function onFirstWrite({ folder, env }: CommandFolder, begun: () => void): () => void {
  let isOver = false;
  const first = () => {
    if (!isOver) begun();
    isOver = true;
  };
  if (env.SLIPWAY_ARTIFACTS === undefined) {
    const watcher = watch(join(folder, '.slipway', 'artifacts', 'drafts'), first);
    return () => watcher.close();
  }
  return s3.refuse((request) => {
    if (request.startsWith('PUT ')) first();
    return false;
  });
}
