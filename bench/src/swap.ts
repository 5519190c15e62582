import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { learnerLaunch, learnerModel, writeLearnerLaunch } from '@slipway/testkit';
import { startPostgres } from '@slipway/testkit/postgres-server';
import { openRegistry } from 'slipway';
import { type BenchReport, describeMachine, type Measurement, measurement, target } from './report.ts';
import { type RunningServer, startServer, stopServer } from './serve/processes.ts';
import { slipwayBin, slipwayPlace } from './serve/slipway-place.ts';
import { type Witness, watchAnswers } from './swap/watch-answers.ts';

const replicas = 2;
const versions = ['1.0.0', '1.1.0'] as const;
const secondsMax = 2;

/**
 * From the call of promote until every replica has answered by the new version and will not answer by the old one again,
 * for replicas that follow the alias as they do by default; and the longest wait of a caller meanwhile.
 */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const times = short ? 3 : 30;
  const found: Record<string, Swaps> = { SQLite: await swaps(times) };
  if (!short) {
    const postgres = await startPostgres();
    try {
      found.PostgreSQL = await swaps(times, await postgres.freshUrl());
    } finally {
      await postgres.destroy();
    }
  }
  const measurements = Object.entries(found).flatMap(([by, { seenMs, pauseMs, answers }]): Measurement[] => [
    measurement(`promote until ${replicas} replicas answer by it`, by, 'ms', seenMs),
    measurement('the longest wait of a caller during a swap', by, 'ms', pauseMs),
    measurement('answers checked', by, '', [answers]),
  ]);
  return {
    name: 'swap',
    about: `promote moves the alias that ${replicas} processes of slipway serve follow, ${times} times, while a caller asks each of them without a pause`,
    date: new Date().toISOString(),
    short,
    machine: describeMachine({}),
    measurements,
    targets: Object.entries(found).map(([by, { seenMs }]) =>
      target(`the slowest promote on ${by}, seconds`, Math.max(...seenMs) / 1000, secondsMax, { lower: true }),
    ),
  };
}

interface Swaps {
  readonly seenMs: readonly number[];
  readonly pauseMs: readonly number[];
  readonly answers: number;
}

async function swaps(times: number, url?: string): Promise<Swaps> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-swap-'));
  const place = slipwayPlace(folder, url === undefined ? {} : { SLIPWAY_REGISTRY: url });
  for (const [at, version] of versions.entries()) {
    writeLearnerLaunch(folder, { text: learnerLaunch.replace('1.0.0', version), model: learnerModel(5 + at) });
    place.run('push');
  }
  place.run('promote', `learner-risk@${versions[0]}`);
  const registry = await openRegistry({ url: url ?? `sqlite:${join(folder, '.slipway', 'registry.db')}` });
  const servers: RunningServer[] = [];
  const witnesses: Witness[] = [];
  try {
    const words = [slipwayBin, 'serve', 'learner-risk@production', '--log-level', 'warn', '--port'];
    const common = { command: process.execPath, words, env: place.env, ready: '/health/ready', core: null };
    for (let at = 0; at < replicas; at++) {
      servers.push(await startServer({ ...common, name: `replica ${at}`, log: join(folder, `${at}.log`) }));
    }
    for (const { port } of servers) witnesses.push(watchAnswers(port));
    const seenMs: number[] = [];
    const pauseMs: number[] = [];
    for (let swap = 1; swap <= times; swap++) {
      const version = versions[swap % 2] as string;
      for (const witness of witnesses) witness.forget();
      const startedMs = performance.now();
      await registry.promote('learner-risk', version, { by: { kind: 'person', id: 'bench' } });
      const seen = await Promise.all(witnesses.map((witness) => witness.until(version)));
      seenMs.push(Math.max(...seen) - startedMs);
      pauseMs.push(Math.max(...witnesses.map((witness) => witness.longestMs())));
    }
    return { seenMs, pauseMs, answers: witnesses.reduce((sum, witness) => sum + witness.answers(), 0) };
  } finally {
    for (const witness of witnesses) await witness.close();
    for (const server of servers) await stopServer(server);
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
