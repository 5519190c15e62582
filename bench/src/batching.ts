import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeModel, type OnnxModel } from '@slipway/core';
import { boostedModel, denseNetwork, Random } from '@slipway/testkit';
import { benchPython, peerVersions } from './peer-versions.ts';
import { type BenchReport, describeMachine, measurement, target } from './report.ts';
import { plainLaunch } from './serve/plain-launch.ts';
import { cpuMicros, load, type RunningServer, type ServerCommand, startServer, stopServer } from './serve/processes.ts';
import { slipwayBin } from './serve/slipway-place.ts';

const callers = 32;
const features = Array.from({ length: 20 }, (_, at) => `f${at}`);
const batched = 'slipway serve';
const unbatched = 'slipway serve --threads 0, a run a call';
const fastapi = 'FastAPI with onnxruntime';

interface Served {
  readonly name: string;
  readonly model: OnnxModel;
  readonly output: string;
}

const models: readonly Served[] = [
  {
    name: 'a network of 20-2048-2048-1',
    model: denseNetwork({ seed: 1, widths: [20, 2048, 2048, 1], head: 'sigmoid' }),
    output: '{ type: number, from: scores }',
  },
  {
    name: '1,000 boosted trees of depth 8',
    model: boostedModel({ trees: 1000, depth: 8, features: features.length, seed: 3 }),
    output: '{ type: number, from: probabilities, class: 1 }',
  },
];

/**
 * Callers of single rows, each asking again when it has an answer, before a model that ONNX Runtime runs: with runs that
 * hold the rows of several calls, and with a run for each call. One core for the server.
 */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-batching-'));
  const measurements: Measured[] = [];
  try {
    for (const served of models) measurements.push(...(await compare(folder, served, short)));
  } finally {
    rmSync(folder, { recursive: true });
  }
  const perSecond = (work: string, by: string) =>
    middle(measurements.find((one) => one.work === work && one.by === by && one.unit === 'req/s')?.values ?? []);
  return {
    name: 'batching',
    about: `single rows by ${callers} callers over HTTP, models in ONNX Runtime 1 thread, server on one core, clients on the other`,
    date: new Date().toISOString(),
    short,
    machine: describeMachine(peerVersions('fastapi', 'uvicorn', 'onnxruntime', 'pydantic')),
    measurements: measurements.map(({ work, by, unit, values }) => measurement(work, by, unit, values)),
    targets: models.flatMap(({ name }) => [
      target(`${name}: with batching / a run a call`, perSecond(name, batched) / perSecond(name, unbatched), 1),
      ...(benchPython === undefined
        ? []
        : [target(`${name}: slipway serve / FastAPI`, perSecond(name, batched) / perSecond(name, fastapi), 1)]),
    ]),
  };
}

interface Measured {
  readonly work: string;
  readonly by: string;
  readonly unit: string;
  readonly values: number[];
}

async function compare(folder: string, { name, model, output }: Served, short: boolean): Promise<Measured[]> {
  writeFileSync(join(folder, 'batching.onnx'), encodeModel(model));
  writeFileSync(join(folder, 'launch.yaml'), plainLaunch({ model: 'batching', features, output }));
  const servers: RunningServer[] = [];
  const found = new Map<string, Measured>();
  const note = (work: string, by: string, unit: string, value: number) => {
    const key = `${work} ${by}`;
    const one = found.get(key) ?? { work, by, unit, values: [] };
    found.set(key, one);
    one.values.push(value);
  };
  try {
    for (const command of commands(folder)) servers.push(await startServer(command));
    for (let round = -1; round < (short ? 1 : 5); round++) {
      for (const server of servers) {
        const before = cpuMicros(server);
        const options = { connections: callers, seconds: short ? 1 : 3, records: 1, rate: 0, body: record() };
        const result = await load(server, options);
        // The first round warms up.
        if (round < 0) continue;
        note(name, server.name, 'req/s', result.requestsPerSecond);
        note(`${name}, p99`, server.name, 'ms', result.p99Ms);
        note(
          `${name}, processor time of the server a request`,
          server.name,
          'us',
          (cpuMicros(server) - before) / result.requests,
        );
      }
    }
  } finally {
    for (const server of servers) await stopServer(server);
  }
  return [...found.values()];
}

function commands(folder: string): readonly ServerCommand[] {
  const log = join(folder, 'servers.log');
  const launch = join(folder, 'launch.yaml');
  const serve = (...words: readonly string[]) => [
    slipwayBin,
    'serve',
    launch,
    '--engine',
    'onnxruntime',
    ...words,
    '--port',
  ];
  const node = { command: process.execPath, log, ready: '/health/ready' };
  const all: ServerCommand[] = [
    { ...node, name: batched, words: serve() },
    { ...node, name: unbatched, words: serve('--threads', '0') },
  ];
  if (benchPython === undefined) return all;
  const app = fileURLToPath(new URL('../peers/fastapi_onnx.py', import.meta.url));
  const words = [app, join(folder, 'batching.onnx'), features.join(',')];
  return [...all, { name: fastapi, command: benchPython, words, log }];
}

function record(): Readonly<Record<string, number>> {
  const random = new Random(4);
  return Object.fromEntries(features.map((name) => [name, Math.round(random.normal() * 1000) / 1000]));
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
