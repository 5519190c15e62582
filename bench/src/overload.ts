import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeHeavyLaunch } from './overload/heavy-launch.ts';
import type { OpenLoopOptions, PhaseResult } from './overload/open-loop-client.ts';
import { type RefusalCost, refusalCosts } from './overload/refusal-costs.ts';
import { benchPython, peerVersions } from './peer-versions.ts';
import { lineChart } from './plot/line-chart.ts';
import { type BenchReport, describeMachine, measurement, target } from './report.ts';
import {
  load,
  type RunningServer,
  residentMb,
  runClient,
  type ServerCommand,
  startServer,
  stopServer,
} from './serve/processes.ts';
import { slipwayBin } from './serve/slipway-place.ts';

const modelMs = 5;
const goalMs = 200;
const factors = [0.5, 0.8, 1, 1.5, 2, 4];
/** Asks as soon as it has an answer: enough to keep the model busy, and fewer than any limit turns away. */
const capacityConnections = 4;
const admitting = 'slipway serve';
const open = 'slipway serve without a goal, so that it admits all';
const fastapi = 'FastAPI with onnxruntime';

/** One server at one load, in one round. */
interface Point {
  readonly by: string;
  readonly factor: number;
  readonly round: number;
  readonly capacity: number;
  readonly load: PhaseResult;
  readonly after: PhaseResult;
  readonly memoryMbBefore: number;
  readonly memoryMbMost: number;
}

/**
 * A model that takes 5 ms behind servers that have one core, asked at random moments at half to four times what each
 * can do, whatever it answers. What counts is what comes from the model within the goal, for each second.
 */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-overload-'));
  const servers: RunningServer[] = [];
  const points: Point[] = [];
  try {
    const heavy = await writeHeavyLaunch(folder, modelMs);
    for (const command of commands(heavy)) servers.push(await startServer(command));
    for (let round = 0; round < (short ? 1 : 3); round++) {
      for (const server of servers) points.push(...(await sweep(server, round, short)));
    }
    for (const server of servers.splice(0)) await stopServer(server);
    const costs = await refusalCosts(folder, short);
    return report(points, costs, heavy.rowMs, short);
  } finally {
    for (const server of servers) await stopServer(server);
    rmSync(folder, { recursive: true });
  }
}

function commands({
  folder,
  withGoal,
  withoutGoal,
  model,
}: Awaited<ReturnType<typeof writeHeavyLaunch>>): readonly ServerCommand[] {
  const log = (name: string) => join(folder, `${name}.log`);
  const serve = (launch: string) => [slipwayBin, 'serve', launch, '--engine', 'onnxruntime', '--port'];
  const node = { command: process.execPath, ready: '/health/ready' };
  const all: ServerCommand[] = [
    { ...node, name: admitting, words: serve(withGoal), log: log('admitting') },
    { ...node, name: open, words: serve(withoutGoal), log: log('open') },
  ];
  if (benchPython === undefined) return all;
  const app = fileURLToPath(new URL('../peers/fastapi_onnx.py', import.meta.url));
  return [...all, { name: fastapi, command: benchPython, words: [app, model, 'x'], log: log('fastapi') }];
}

async function sweep(server: RunningServer, round: number, short: boolean): Promise<Point[]> {
  const points: Point[] = [];
  const capacity = await capacityOf(server, short);
  for (const factor of short ? [1, 4] : factors) {
    const half = { perSecond: capacity / 2, seconds: short ? 0.5 : 1 };
    const phases = [
      half,
      { perSecond: capacity * factor, seconds: short ? 1.5 : 6 },
      { ...half, seconds: short ? 1 : 4 },
    ];
    const memoryMbBefore = residentMb(server);
    let memoryMbMost = memoryMbBefore;
    const look = setInterval(() => {
      memoryMbMost = Math.max(memoryMbMost, residentMb(server));
    }, 100);
    const options: Omit<OpenLoopOptions, 'port'> = { body: { x: 0.5 }, goalMs, seed: 1 + round, phases };
    const [, load, after] = await runClient<PhaseResult[]>('overload/open-loop-client.ts', server, options);
    clearInterval(look);
    if (load === undefined || after === undefined) throw new Error(`The client of ${server.name} told nothing.`);
    points.push({ by: server.name, factor, round, capacity, load, after, memoryMbBefore, memoryMbMost });
  }
  return points;
}

/** Answers a second with few callers that each wait for their answer. */
async function capacityOf(server: RunningServer, short: boolean): Promise<number> {
  const options = { connections: capacityConnections, seconds: short ? 1.5 : 5, records: 1, rate: 0 };
  return (await load(server, { ...options, body: { x: 0.5 } })).requestsPerSecond;
}

function report(points: readonly Point[], costs: readonly RefusalCost[], rowMs: number, short: boolean): BenchReport {
  const servers = [...new Set(points.map(({ by }) => by))];
  const used = [...new Set(points.map(({ factor }) => factor))];
  const of = (by: string, factor: number, value: (point: Point) => number) =>
    points.filter((point) => point.by === by && point.factor === factor).map(value);
  const good = (by: string, factor: number) =>
    middle(of(by, factor, ({ load, capacity }) => load.goodPerSecond / capacity));
  const measured = (work: string, unit: string, value: (point: Point) => number) =>
    servers.flatMap((by) =>
      used.map((factor) => measurement(`${work} at ${factor} x capacity`, by, unit, of(by, factor, value))),
    );
  const afterMs = ({ after }: Point) => after.normalAfterMs ?? after.seconds * 1000;
  return {
    name: 'overload',
    about: `a model of ${rowMs.toFixed(1)} ms a row in ONNX Runtime; server on one core, requests at random moments (Poisson) from the other, latency from the moment at which each was due, goal ${goalMs} ms`,
    date: new Date().toISOString(),
    short,
    machine: describeMachine(peerVersions('fastapi', 'uvicorn', 'onnxruntime', 'pydantic')),
    measurements: [
      ...servers.map((by) =>
        measurement(
          `capacity, ${capacityConnections} callers that wait`,
          by,
          'req/s',
          of(by, used[0] ?? 1, ({ capacity }) => capacity),
        ),
      ),
      ...measured('good answers', 'req/s', ({ load }) => load.goodPerSecond),
      ...measured('refused or lost', '', ({ load }) => 1 - (load.statuses['200'] ?? 0) / load.sent),
      ...measured('p50 of accepted', 'ms', ({ load }) => load.p50Ms ?? Number.NaN),
      ...measured('p99 of accepted', 'ms', ({ load }) => load.p99Ms ?? Number.NaN),
      ...measured('back to normal after the load', 'ms', afterMs),
      ...measured('memory at most', 'MB', ({ memoryMbMost }) => memoryMbMost),
      ...costs.map(({ what, micros }) =>
        measurement(`processor time of ${what}`, 'slipway serve, compiled model', 'us', micros),
      ),
    ],
    targets: [
      ...used
        .filter((factor) => factor >= 2)
        .map((factor) => target(`good answers at ${factor} x capacity / capacity`, good(admitting, factor), 0.9)),
      target(
        'seconds until back to normal, the worst of all',
        Math.max(...points.filter(({ by }) => by === admitting).map(afterMs)) / 1000,
        2,
        { lower: true },
      ),
    ],
    details: points,
    pictures: {
      curve: lineChart({
        title: `Offered and answered within ${goalMs} ms: a model of ${modelMs} ms, one core`,
        x: 'offered, as multiples of capacity',
        y: 'good answers, as a share of capacity',
        series: [
          {
            name: 'ideal',
            isGuide: true,
            points: [
              [0, 0],
              [1, 1],
              [Math.max(...used), 1],
            ],
          },
          ...servers.map((by) => ({ name: by, points: used.map((factor) => [factor, good(by, factor)] as const) })),
        ],
      }),
    },
  };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
