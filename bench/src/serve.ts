import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLearnerLaunch } from '@slipway/testkit';
import { type BenchReport, describeMachine, measurement, type Target, target } from './report.ts';
import { cpuMicros, load, type RunningServer, type ServerCommand, startServer, stopServer } from './serve/processes.ts';

const connections = 32;
const bulkRecords = 1000;
const slipway = 'slipway serve, everything on';
const bare = 'bare node:http';
const fastapi = 'FastAPI, 1 worker';
/** Names a Python with the packages of peers/fastapi_app.py; without it that row is left out. */
const pythonVariable = 'SLIPWAY_BENCH_PYTHON';

type Samples = Map<string, { work: string; by: string; unit: string; values: number[] }>;

/**
 * `slipway serve` with validation, metrics, request ids, a log line and an event for every request, against a bare
 * node:http server that parses and answers JSON, and against FastAPI where it is installed. Every round loads each of
 * them in turn, so that a busy machine is busy for all.
 */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const python = process.env[pythonVariable];
  const servers: RunningServer[] = [];
  const samples: Samples = new Map();
  try {
    for (const command of commands(folder, python)) servers.push(await startServer(command));
    const seconds = short ? 0.5 : 2;
    for (const server of servers) await load(server, { connections, seconds: short ? 1 : 3, records: 1, rate: 0 });
    const rounds = short ? 3 : 7;
    for (let round = 0; round < rounds; round++) {
      for (const server of servers) {
        await sampleClosed(samples, server, seconds);
        emptyFiles(folder);
      }
    }
    await sampleEqualLoad(samples, servers, short);
    await sampleBulk(samples, servers, short);
  } finally {
    for (const server of servers) await stopServer(server);
    rmSync(folder, { recursive: true });
  }
  return {
    name: 'serve',
    about: `one process a server on one core, the client on another, ${connections} connections, records that differ`,
    date: new Date().toISOString(),
    short,
    machine: describeMachine(python === undefined ? {} : pythonVersions(python)),
    measurements: [...samples.values()].map(({ work, by, unit, values }) => measurement(work, by, unit, values)),
    targets: targetsOf(samples),
  };
}

function commands(folder: string, python: string | undefined): readonly ServerCommand[] {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const launch = writeLearnerLaunch(folder);
  const log = (name: string) => join(folder, `${name}.log`);
  const node = process.execPath;
  const serve = [at('../../packages/slipway/bin/slipway.js'), 'serve', launch, '--log-format', 'json'];
  const all: ServerCommand[] = [
    { name: bare, command: node, words: [at('../peers/bare-http.ts')], log: log('bare') },
    {
      name: slipway,
      command: node,
      words: [...serve, '--events', join(folder, 'events.ndjson'), '--port'],
      log: log('slipway'),
    },
    { name: 'slipway serve, no events', command: node, words: [...serve, '--port'], log: log('no-events') },
    {
      name: 'slipway serve, neither log nor events',
      command: node,
      words: [...serve, '--log-level', 'warn', '--port'],
      log: log('quiet'),
    },
  ];
  if (python !== undefined) {
    const [app, model] = [at('../peers/fastapi_app.py'), join(folder, 'model.joblib')];
    spawnSync(python, [app, 'train', model], { stdio: 'inherit' });
    all.push({ name: fastapi, command: python, words: [app, 'serve', model], log: log('fastapi') });
  }
  return all;
}

/** As fast as it goes: requests a second and latencies with every connection always waiting for an answer. */
async function sampleClosed(samples: Samples, server: RunningServer, seconds: number): Promise<void> {
  const before = cpuMicros(server);
  const result = await load(server, { connections, seconds, records: 1, rate: 0 });
  const micros = cpuMicros(server) - before;
  add(samples, 'processor time of the server a request', server.name, 'us', micros / result.requests);
  // Near 1 it is the server that is measured, and not the client.
  add(samples, 'share of a core that the server took', server.name, '', micros / 1e6 / result.seconds);
  add(samples, 'as fast as it goes', server.name, 'req/s', result.requestsPerSecond);
  add(samples, 'as fast as it goes, p50', server.name, 'ms', result.p50Ms);
  add(samples, 'as fast as it goes, p99', server.name, 'ms', result.p99Ms);
}

/** Latencies where all get the same load: half of what the slowest can take. */
async function sampleEqualLoad(samples: Samples, servers: readonly RunningServer[], short: boolean): Promise<void> {
  const compared = servers.filter(({ name }) => [bare, slipway, fastapi].includes(name));
  const slowest = Math.min(...compared.map(({ name }) => median(samples, 'as fast as it goes', name)));
  const rate = Math.round(slowest / 2 / 100) * 100;
  for (let round = 0; round < (short ? 1 : 3); round++) {
    for (const server of compared) {
      const result = await load(server, { connections, seconds: short ? 0.5 : 2, records: 1, rate });
      add(samples, `at ${rate} requests a second, p50`, server.name, 'ms', result.p50Ms);
      add(samples, `at ${rate} requests a second, p99`, server.name, 'ms', result.p99Ms);
    }
  }
}

async function sampleBulk(samples: Samples, servers: readonly RunningServer[], short: boolean): Promise<void> {
  const able = servers.filter((server) => server.name.startsWith('slipway'));
  for (let round = 0; round < (short ? 1 : 3); round++) {
    for (const server of able) {
      const result = await load(server, { connections: 4, seconds: short ? 0.5 : 2, records: bulkRecords, rate: 0 });
      const records = result.requestsPerSecond * bulkRecords;
      add(samples, `requests of ${bulkRecords} records`, server.name, 'rec/s', records);
    }
  }
}

function targetsOf(samples: Samples): readonly Target[] {
  const targets = [
    target('serve / bare node:http, requests a second', ratio(samples, slipway, bare), 0.75),
    target('the same by processor time a request', cpuRatio(samples, slipway, bare), 0.75),
    target(
      `records a second in requests of ${bulkRecords}`,
      median(samples, `requests of ${bulkRecords} records`, slipway),
      500_000,
    ),
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
  for (const name of ['slipway.log', 'no-events.log', 'events.ndjson']) truncateSync(join(folder, name));
}

function pythonVersions(python: string): Readonly<Record<string, string>> {
  const code =
    "import json, sys, importlib.metadata as m; print(json.dumps({'python': sys.version.split()[0], **{p: m.version(p) for p in ['fastapi', 'uvicorn', 'scikit-learn', 'joblib', 'pydantic']}}))";
  return JSON.parse(spawnSync(python, ['-c', code], { encoding: 'utf8' }).stdout);
}
