import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { learnerLaunch, writeLearnerLaunch } from '@slipway/testkit';
import { benchPython, peerVersions } from './peer-versions.ts';
import { type BenchReport, describeMachine, measurement, type Target, target } from './report.ts';
import { cpuMicros, load, type RunningServer, type ServerCommand, startServer, stopServer } from './serve/processes.ts';
import { keyHeader, type SlipwayPlace, slipwayBin, slipwayPlace } from './serve/slipway-place.ts';

const connections = 32;
const bulkRecords = 1000;
const bulkJson = `requests of ${bulkRecords} records`;
const bulkTensors = `requests of ${bulkRecords} records, binary tensors (Open Inference Protocol)`;
const slipway = 'slipway serve, everything on';
const bare = 'bare node:http';
const durable = 'slipway serve, the durable log in place of the file';
const fastapi = 'FastAPI, 1 worker';
/** All that a server in production would have on: what stands behind the row of this name. */
const everythingOn =
  'a key of the registry with a rate limit is checked on every request, and so are the record, the size of the body and the deadline; metrics, a request id, a line of the log at info and an event to a file for every request';

type Headers = Readonly<Record<string, string>>;
type Samples = Map<string, { work: string; by: string; unit: string; values: number[] }>;

/**
 * `slipway serve` with everything on against a bare node:http server that parses and answers JSON, and against FastAPI
 * where it is installed; neither of the others checks keys, logs, counts or keeps events. Every round loads each of them in
 * turn, so that a busy machine is busy for all.
 */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const servers: RunningServer[] = [];
  const samples: Samples = new Map();
  const place = slipwayPlace(folder);
  try {
    const headers = keyHeader(place, '--rate', '1000000/s');
    for (const command of commands(place)) servers.push(await startServer(command));
    const seconds = short ? 0.5 : 2;
    for (const server of servers) {
      await load(server, { connections, seconds: short ? 1 : 3, records: 1, rate: 0, headers });
    }
    const rounds = short ? 3 : 7;
    for (let round = 0; round < rounds; round++) {
      for (const server of servers) {
        await sampleClosed(samples, server, seconds, headers);
        emptyFiles(folder);
      }
    }
    await sampleEqualLoad(samples, servers, short, headers);
    await sampleBulk(samples, servers, short, headers);
  } finally {
    for (const server of servers) await stopServer(server);
    rmSync(folder, { recursive: true });
  }
  return {
    name: 'serve',
    about: `one process a server on one core, the client on another, ${connections} connections, records that differ; everything on: ${everythingOn}`,
    date: new Date().toISOString(),
    short,
    machine: describeMachine(peerVersions('fastapi', 'uvicorn', 'scikit-learn', 'joblib', 'pydantic')),
    measurements: [...samples.values()].map(({ work, by, unit, values }) => measurement(work, by, unit, values)),
    targets: targetsOf(samples),
  };
}

function commands({ folder, env }: SlipwayPlace): readonly ServerCommand[] {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const text = `${learnerLaunch}online: { deadline: 500ms, body: 1MB, records: 10000 }\n`;
  const launch = writeLearnerLaunch(folder, { text });
  const log = (name: string) => join(folder, `${name}.log`);
  const command = process.execPath;
  const serve = (name: string, file: string, ...options: readonly string[]): ServerCommand => ({
    ...{ name, command, env, log: log(file), ready: '/health/ready' },
    words: [slipwayBin, 'serve', launch, '--auth', 'required', '--log-format', 'json', ...options, '--port'],
  });
  const all: ServerCommand[] = [
    { name: bare, command, words: [at('../peers/bare-http.ts')], log: log('bare') },
    serve(slipway, 'slipway', '--events', join(folder, 'events.ndjson')),
    serve(durable, 'durable', `--log=${join(folder, 'log')}`),
    serve('slipway serve, no events', 'no-events'),
    serve('slipway serve, neither log nor events', 'quiet', '--log-level', 'warn'),
  ];
  if (benchPython !== undefined) {
    const [app, model] = [at('../peers/fastapi_app.py'), join(folder, 'model.joblib')];
    spawnSync(benchPython, [app, 'train', model], { stdio: 'inherit' });
    all.push({ name: fastapi, command: benchPython, words: [app, 'serve', model], log: log('fastapi') });
  }
  return all;
}

/** As fast as it goes: requests a second and latencies with every connection always waiting for an answer. */
async function sampleClosed(samples: Samples, server: RunningServer, seconds: number, headers: Headers): Promise<void> {
  const before = cpuMicros(server);
  const result = await load(server, { connections, seconds, records: 1, rate: 0, headers });
  const micros = cpuMicros(server) - before;
  add(samples, 'processor time of the server a request', server.name, 'us', micros / result.requests);
  // Near 1 it is the server that is measured, and not the client.
  add(samples, 'share of a core that the server took', server.name, '', micros / 1e6 / result.seconds);
  add(samples, 'as fast as it goes', server.name, 'req/s', result.requestsPerSecond);
  add(samples, 'as fast as it goes, p50', server.name, 'ms', result.p50Ms);
  add(samples, 'as fast as it goes, p99', server.name, 'ms', result.p99Ms);
}

/** Latencies where all get the same load: half of what the slowest can take. */
async function sampleEqualLoad(
  samples: Samples,
  servers: readonly RunningServer[],
  short: boolean,
  headers: Headers,
): Promise<void> {
  const compared = servers.filter(({ name }) => [bare, slipway, fastapi].includes(name));
  const slowest = Math.min(...compared.map(({ name }) => median(samples, 'as fast as it goes', name)));
  const rate = Math.round(slowest / 2 / 100) * 100;
  for (let round = 0; round < (short ? 1 : 3); round++) {
    for (const server of compared) {
      const result = await load(server, { connections, seconds: short ? 0.5 : 2, records: 1, rate, headers });
      add(samples, `at ${rate} requests a second, p50`, server.name, 'ms', result.p50Ms);
      add(samples, `at ${rate} requests a second, p99`, server.name, 'ms', result.p99Ms);
    }
  }
}

async function sampleBulk(
  samples: Samples,
  servers: readonly RunningServer[],
  short: boolean,
  headers: Headers,
): Promise<void> {
  const able = servers.filter((server) => server.name.startsWith('slipway'));
  for (let round = 0; round < (short ? 1 : 5); round++) {
    for (const server of able) {
      for (const [form, work] of [
        ['json', bulkJson],
        ['tensors', bulkTensors],
      ] as const) {
        const options = { connections: 4, seconds: short ? 0.5 : 2, records: bulkRecords, rate: 0, headers, form };
        const before = cpuMicros(server);
        const result = await load(server, options);
        const micros = (cpuMicros(server) - before) / (result.requests * bulkRecords);
        add(samples, work, server.name, 'rec/s', result.requestsPerSecond * bulkRecords);
        add(samples, `${work}, processor time of the server a record`, server.name, 'us', micros);
      }
    }
  }
}

function targetsOf(samples: Samples): readonly Target[] {
  const targets = [
    target('serve / bare node:http, requests a second', ratio(samples, slipway, bare), 0.75),
    target('the same by processor time a request', cpuRatio(samples, slipway, bare), 0.75),
    target(`records a second in ${bulkJson}`, median(samples, bulkJson, slipway), 500_000),
    target(`records a second in ${bulkTensors}`, median(samples, bulkTensors, slipway), 500_000),
  ];
  if (![...samples.values()].some(({ by }) => by === fastapi)) return targets;
  const p99 = [...samples.values()].find(({ work }) => work.startsWith('at ') && work.endsWith('p99'))?.work ?? '';
  return [
    ...targets,
    target('serve / FastAPI, requests a second', ratio(samples, slipway, fastapi), 14),
    target('the same by processor time a request', cpuRatio(samples, slipway, fastapi), 14),
    target('serve / FastAPI, p99 at equal load', median(samples, p99, slipway) / median(samples, p99, fastapi), 1, {
      lower: true,
    }),
  ];
}

/** The median of the ratios of each round: what slows a whole round down is divided away. */
function ratio(samples: Samples, of: string, to: string): number {
  const values = (by: string) => samples.get(`as fast as it goes ${by}`)?.values ?? [];
  const ratios = values(of).map((value, round) => value / (values(to)[round] ?? Number.NaN));
  return middle(ratios);
}

/** What the requests a second would be if nobody else wanted the core: what a busy machine can still measure. */
function cpuRatio(samples: Samples, of: string, to: string): number {
  const micros = (by: string) => median(samples, 'processor time of the server a request', by);
  return micros(to) / micros(of);
}

function median(samples: Samples, work: string, by: string): number {
  return middle(samples.get(`${work} ${by}`)?.values ?? []);
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function add(samples: Samples, work: string, by: string, unit: string, value: number): void {
  const key = `${work} ${by}`;
  const found = samples.get(key) ?? { work, by, unit, values: [] };
  samples.set(key, found);
  found.values.push(value);
}

/** Logs and events of a long run would fill the disk. The servers append, so they go on at the new end. */
function emptyFiles(folder: string): void {
  for (const name of ['slipway.log', 'durable.log', 'no-events.log', 'events.ndjson']) truncateSync(join(folder, name));
}
