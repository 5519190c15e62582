import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLearnerLaunch } from '@slipway/testkit';
import { type BenchReport, describeMachine, measurement, target } from './report.ts';
import { cpuMicros, load, startServer, stopServer } from './serve/processes.ts';

const bin = fileURLToPath(new URL('../../packages/slipway/bin/slipway.js', import.meta.url));

/** `serve` with the durable log against the same without it, in turn; and the compaction of a million events. */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-log-'));
  try {
    const { rates, micros } = await serveRates(folder, short);
    const events = short ? 200_000 : 1_000_000;
    const seconds = compactionSeconds(join(folder, 'compact'), events);
    const perMillion = (seconds * 1_000_000) / events;
    return {
      name: 'log',
      about: `serve on one core with 32 connections; ${events} events of 0.4 kB compacted into Parquet`,
      date: new Date().toISOString(),
      short,
      machine: describeMachine({}),
      measurements: [
        measurement('records a second', 'with the durable log', '1/s', rates.on),
        measurement('records a second', 'without it', '1/s', rates.off),
        measurement('processor time of the server a request', 'with the durable log', 'us', micros.on),
        measurement('processor time of the server a request', 'without it', 'us', micros.off),
        measurement('compaction of a million events', 'slipway log compact', 's', [perMillion]),
      ],
      targets: [
        target('serve with the log on against off', median(rates.on) / median(rates.off), 0.95),
        // What a machine that others use as well can still measure.
        target('the same by processor time a request', median(micros.off) / median(micros.on), 0.95),
        target('seconds to compact a million events', perMillion, 5, { lower: true }),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function serveRates(folder: string, short: boolean) {
  const words = [bin, 'serve', writeLearnerLaunch(folder), '--log-format', 'json'];
  const command = process.execPath;
  const servers = {
    on: await startServer({
      name: 'on',
      command,
      words: [...words, `--log=${join(folder, 'log')}`, '--port'],
      log: join(folder, 'on.log'),
      ready: '/health/ready',
    }),
    off: await startServer({
      name: 'off',
      command,
      words: [...words, '--port'],
      log: join(folder, 'off.log'),
      ready: '/health/ready',
    }),
  };
  const rates = { on: [] as number[], off: [] as number[] };
  const micros = { on: [] as number[], off: [] as number[] };
  try {
    for (let round = 0; round < (short ? 3 : 7) + 1; round++) {
      for (const name of ['on', 'off'] as const) {
        const seconds = short ? 0.5 : 2;
        const before = cpuMicros(servers[name]);
        const result = await load(servers[name], { connections: 32, seconds, records: 1, rate: 0 });
        // The first round warms up.
        if (round === 0) continue;
        rates[name].push(result.requestsPerSecond);
        micros[name].push((cpuMicros(servers[name]) - before) / result.requests);
      }
    }
  } finally {
    await stopServer(servers.on);
    await stopServer(servers.off);
  }
  return { rates, micros };
}

/** The wall time of the whole process of `slipway log compact`, over what `slipway batch --log` has kept. */
function compactionSeconds(folder: string, events: number): number {
  mkdirSync(folder);
  writeLearnerLaunch(folder);
  const rows = Array.from({ length: events }, (_, index) => `learner-${index},${index % 40},${index % 101},spring,M7`);
  writeFileSync(
    join(folder, 'in.csv'),
    ['learner_id,hours_studied,quiz_score,cohort,mentor_id', ...rows, ''].join('\n'),
  );
  slipway(folder, 'batch', 'in.csv', 'out.csv', '--log');
  const startedMs = performance.now();
  const { records }: { readonly records: number } = JSON.parse(slipway(folder, 'log', 'compact', '--json'));
  const seconds = (performance.now() - startedMs) / 1000;
  if (records !== events) throw new Error(`Of ${events} events ${records} were compacted.`);
  return seconds;
}

function slipway(cwd: string, ...words: readonly string[]): string {
  const env = { PATH: process.env.PATH };
  const ran = spawnSync(process.execPath, [bin, ...words], { cwd, encoding: 'utf8', env });
  if (ran.status !== 0) throw new Error(`slipway ${words.join(' ')} ended with ${ran.status}: ${ran.stderr}`);
  return ran.stdout;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
