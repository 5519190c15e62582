import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLearnerLaunch } from '@slipway/testkit';
import { someEvent } from '@slipway/testkit/sink-events';
import { compactLog } from '../../packages/slipway/src/prediction-log/compact-log.ts';
import { openLogSink } from '../../packages/slipway/src/prediction-log/log-sink.ts';
import { systemClock } from '../../packages/slipway/src/system/clock.ts';
import { predictionIds } from '../../packages/slipway/src/system/prediction-id.ts';
import { type BenchReport, describeMachine, measurement, target } from './report.ts';
import { load, startServer, stopServer } from './serve/processes.ts';

/** `serve` with the durable log against the same without it, in turn; and the compaction of a million events. */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-log-'));
  try {
    const { on, off } = await serveRates(folder, short);
    const events = short ? 200_000 : 1_000_000;
    const seconds = await compactionSeconds(join(folder, 'compact'), events);
    const perMillion = (seconds * 1_000_000) / events;
    return {
      name: 'log',
      about: `serve on one core with 32 connections; ${events} events of 0.4 kB compacted into Parquet`,
      date: new Date().toISOString(),
      short,
      machine: describeMachine({}),
      measurements: [
        measurement('records a second', 'with the durable log', '1/s', on),
        measurement('records a second', 'without it', '1/s', off),
        measurement('compaction of a million events', 'slipway log compact', 's', [perMillion]),
      ],
      targets: [
        target('serve with the log on against off', median(on) / median(off), 0.95),
        target('seconds to compact a million events', perMillion, 5, { lower: true }),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function serveRates(folder: string, short: boolean) {
  const bin = fileURLToPath(new URL('../../packages/slipway/bin/slipway.js', import.meta.url));
  const words = [bin, 'serve', writeLearnerLaunch(folder), '--log-format', 'json'];
  const command = process.execPath;
  const servers = {
    on: await startServer({
      name: 'on',
      command,
      words: [...words, '--log', join(folder, 'log'), '--port'],
      log: join(folder, 'on.log'),
    }),
    off: await startServer({ name: 'off', command, words: [...words, '--port'], log: join(folder, 'off.log') }),
  };
  const rates = { on: [] as number[], off: [] as number[] };
  try {
    for (let round = 0; round < (short ? 3 : 7) + 1; round++) {
      for (const name of ['on', 'off'] as const) {
        const seconds = short ? 0.5 : 2;
        const { requestsPerSecond } = await load(servers[name], { connections: 32, seconds, records: 1, rate: 0 });
        // The first round warms up.
        if (round > 0) rates[name].push(requestsPerSecond);
      }
    }
  } finally {
    await stopServer(servers.on);
    await stopServer(servers.off);
  }
  return rates;
}

async function compactionSeconds(folder: string, events: number): Promise<number> {
  const onError = (error: Error) => {
    throw error;
  };
  const newId = predictionIds(systemClock.wallMs);
  const sink = await openLogSink({ folder, clock: systemClock, onError });
  for (let done = 0; done < events; done += 10_000) {
    sink.write({ count: 10_000, event: (index) => ({ ...someEvent(done + index), id: newId() }) });
    await sink.flush();
  }
  await sink.close();
  const startedMs = performance.now();
  const done = await compactLog({ folder, nowMs: Date.now(), keepMs: null, bytesMax: null });
  if (done.records !== events) throw new Error(`Of ${events} events ${done.records} were compacted.`);
  return (performance.now() - startedMs) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
