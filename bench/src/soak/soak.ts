import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { learnerLaunch, learnerModel, Random, writeLearnerLaunch } from '@slipway/testkit';
import { openRegistry } from 'slipway';
import { lineChart } from '../plot/line-chart.ts';
import { type BenchReport, describeMachine, measurement, target } from '../report.ts';
import { freePort } from '../serve/processes.ts';
import { type SlipwayPlace, slipwayBin, slipwayPlace } from '../serve/slipway-place.ts';
import { Callers } from './callers.ts';
import { makeQuestions } from './expected-answers.ts';
import { Faults, newKeyWords, readKey } from './faults.ts';
import { askByGrpc } from './grpc-caller.ts';
import { childrenOf, memoryMb } from './processes-of.ts';
import { Tally } from './tally.ts';

const versions = ['1.0.0', '1.1.0'] as const;
const workers = 2;
const fallback = `fallback: { when: [error, timeout, overload], use: { risk_score: null, needs_support: null } }\n`;
/** Of the memory in the first quarter after the last kill, how much the last quarter may have. */
const growthMax = 1.25;
/** The rotation of a key, which waits until the old one is seen to be dead. */
const longestFaultMs = 8000;

interface Sample {
  readonly seconds: number;
  readonly supervisorMb: number;
  readonly workersMb: readonly number[];
}

/** Half of what the server can do, for some minutes, while all kinds of things happen to it. */
export async function soak({
  minutes,
  short,
}: {
  readonly minutes: number;
  readonly short: boolean;
}): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-soak-'));
  const tally = new Tally();
  const place = slipwayPlace(folder);
  const launches = pushVersions(place);
  const questions = await makeQuestions(launches, 500);
  const registry = await openRegistry({ url: `sqlite:${join(folder, '.slipway', 'registry.db')}` });
  const firstKey = readKey(place.run(...newKeyWords));
  const { child, port, grpcPort } = await startServer(place);
  const supervisor = child.pid as number;
  try {
    const faults = new Faults({ place, firstKey, registry, port, supervisor, tally, wait });
    const headers = () => faults.headers;
    const callers = new Callers({ port, questions, tally, headers });
    const capacity = await callers.measureCapacity(16, short ? 1 : 5);
    callers.latenciesMs.length = 0;
    const perSecond = capacity / 2;
    const startedMs = performance.now();
    const lastMs = startedMs + minutes * 60_000;
    const isOver = () => performance.now() >= lastMs;
    const samples: Sample[] = [];
    const look = () => samples.push(sampleOf(supervisor, startedMs));
    const looking = setInterval(look, short ? 500 : 2000);
    await Promise.all([
      callers.askAtRate(perSecond, isOver),
      askByGrpc({ port: grpcPort, questions, tally, headers }, isOver),
      ...work(faults, { startedMs, lastMs, pace: Math.min(1, minutes / 2) }),
    ]);
    clearInterval(looking);
    return report({ minutes, short, capacity, perSecond, callers, tally, samples });
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function pushVersions(place: SlipwayPlace): readonly string[] {
  const launches = versions.map((version, at) => {
    const folder = join(place.folder, version);
    mkdirSync(folder);
    const text = `${learnerLaunch.replace('1.0.0', version)}${fallback}`;
    const path = writeLearnerLaunch(folder, { text, model: learnerModel(5 + at) });
    place.run('push', path);
    return path;
  });
  place.run('promote', `learner-risk@${versions[0]}`);
  return launches;
}

async function startServer({ folder, env }: SlipwayPlace) {
  const [port, grpcPort] = [await freePort(), await freePort()];
  const words = [
    'serve',
    'learner-risk@production',
    '--workers',
    String(workers),
    '--auth',
    'required',
    '--log-level',
    'warn',
  ];
  const ports = ['--port', String(port), '--grpc-port', String(grpcPort), '--json'];
  const logFile = join(folder, 'server.log');
  const child = spawn(process.execPath, [slipwayBin, ...words, `--log=${join(folder, 'log')}`, ...ports], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', openSync(logFile, 'a')],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`slipway serve ended with ${code}: ${readFileSync(logFile, 'utf8')}`);
  });
  ended.catch(() => {});
  await Promise.race([once(child.stdout as Readable, 'data'), ended]);
  return { child, port, grpcPort };
}

/**
 * What happens meanwhile, each in its own rhythm. Workers are killed in the first half alone: those of the second half
 * live long enough to show whether their memory grows.
 */
function work(
  faults: Faults,
  { startedMs, lastMs, pace }: { readonly startedMs: number; readonly lastMs: number; readonly pace: number },
): readonly Promise<void>[] {
  const random = new Random(13);
  const isFirstHalf = () => performance.now() < (startedMs + lastMs) / 2;
  // What is begun must have come to its end when the callers stop.
  const isLate = () => performance.now() + longestFaultMs > lastMs;
  const again = async (everyMs: number, act: () => Promise<void>, is: () => boolean = () => true) => {
    for (;;) {
      await wait(pace * everyMs * (0.5 + random.next()));
      if (isLate()) return;
      if (is()) await act();
    }
  };
  return [
    again(3000, () => faults.swap()),
    again(8000, () => faults.rotateKey()),
    again(5000, () => faults.killWorker(), isFirstHalf),
    again(15_000, () => faults.killSwitch()),
    again(1000, () => faults.malformed()),
    again(300, () => faults.abort()),
  ];
}

function sampleOf(supervisor: number, startedMs: number): Sample {
  return {
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
    supervisorMb: Math.round(memoryMb(supervisor) ?? 0),
    workersMb: childrenOf(supervisor).map((pid) => Math.round(memoryMb(pid) ?? 0)),
  };
}

interface Found {
  readonly minutes: number;
  readonly short: boolean;
  readonly capacity: number;
  readonly perSecond: number;
  readonly callers: Callers;
  readonly tally: Tally;
  readonly samples: readonly Sample[];
}

function report({ minutes, short, capacity, perSecond, callers, tally, samples }: Found): BenchReport {
  const sorted = callers.latenciesMs.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  const most = Math.max(...samples.map(({ supervisorMb, workersMb }) => supervisorMb + sum(workersMb)));
  return {
    name: 'soak',
    about: `${minutes} minutes at half load (${Math.round(perSecond)} requests a second over HTTP, and a caller of gRPC) on ${workers} workers, with swaps, key rotation, killed workers, the kill switch, malformed and aborted requests; every answer is checked against the version that it names`,
    date: new Date().toISOString(),
    short,
    machine: describeMachine({}),
    measurements: [
      measurement('as fast as 16 callers go', 'slipway serve --workers 2', 'req/s', [capacity]),
      measurement('answers checked', 'slipway serve --workers 2', '', [callers.answered]),
      measurement('p50', 'slipway serve --workers 2', 'ms', [quantile(0.5)]),
      measurement('p99', 'slipway serve --workers 2', 'ms', [quantile(0.99)]),
      measurement('longest', 'slipway serve --workers 2', 'ms', [quantile(1)]),
      measurement('not asked, since all connections were busy', 'slipway serve --workers 2', '', [callers.notAsked]),
      measurement('memory of all processes at most', 'slipway serve --workers 2', 'MB', [most]),
    ],
    targets: [
      target('wrong answers', tally.wrong, 0, { lower: true }),
      target('errors that nothing explains', tally.unexplained, 0, { lower: true }),
      target('memory of the last quarter / of the third', growth(samples), growthMax, { lower: true }),
    ],
    details: {
      versions: callers.versions,
      counts: Object.fromEntries(Object.entries(tally.counts).toSorted(([a], [b]) => a.localeCompare(b))),
      unexplained: tally.samples,
      memory: short ? samples.length : samples,
    },
    pictures: { memory: memoryChart(samples) },
  };
}

/** After the last kill: what the processes hold in the last quarter of the time, to what they held in the one before. */
function growth(samples: readonly Sample[]): number {
  const quarter = (from: number) => {
    const part = samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * (from + 0.25)));
    const all = part.map(({ supervisorMb, workersMb }) => supervisorMb + sum(workersMb)).toSorted((a, b) => a - b);
    return all[all.length >> 1] ?? Number.NaN;
  };
  return quarter(0.75) / quarter(0.5);
}

function memoryChart(samples: readonly Sample[]): string {
  const of = (value: (sample: Sample) => number) =>
    samples.map((sample) => [sample.seconds / 60, value(sample)] as const);
  return lineChart({
    title: 'Memory during a soak at half load; workers are killed in the first half',
    x: 'minutes',
    y: 'MB',
    series: [
      { name: 'supervisor', points: of(({ supervisorMb }) => supervisorMb) },
      ...Array.from({ length: workers }, (_, at) => ({
        name: `worker ${at + 1}, by age`,
        points: of(({ workersMb }) => workersMb[at] ?? 0),
      })),
      { name: 'all', points: of(({ supervisorMb, workersMb }) => supervisorMb + sum(workersMb)) },
    ],
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
