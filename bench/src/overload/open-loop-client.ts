// A client that asks at random moments of a stated rate, whatever becomes of its requests: users do not wait for each
// other. A latency counts from the moment at which a request was due, also where no connection was free for it.
// node open-loop-client.ts '{"port":8080,…}' prints one JSON document.
import { connect, type Socket } from 'node:net';
import { Random } from '@slipway/testkit';

export interface OpenLoopOptions {
  readonly port: number;
  readonly body: object;
  /** Milliseconds within which an answer is good. */
  readonly goalMs: number;
  readonly seed: number;
  readonly phases: readonly { readonly perSecond: number; readonly seconds: number }[];
}

export interface PhaseResult {
  readonly seconds: number;
  readonly sent: number;
  /** Answers with 200 from the model within the goal that came during the phase, a second. */
  readonly goodPerSecond: number;
  /** Answers by their status, to all requests of the phase; 0 is a connection that was cut. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of answers with 200. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Of all others. */
  readonly refusedP99Ms: number | null;
  /** From the beginning of the phase until the last request was due that did not end well; null where that went on to its end. */
  readonly normalAfterMs: number | null;
}

interface Asked {
  readonly dueMs: number;
  readonly phase: number;
}

interface Ended extends Asked {
  readonly status: number;
  readonly endMs: number;
}

const options = JSON.parse(process.argv[2] as string) as OpenLoopOptions;
const connectionsMax = 2000;
const connectionsAtStart = 64;
/** How long the last answers are waited for. */
const drainMs = 15_000;

const random = new Random(options.seed);
const request = requestOf(options.body);
const idle: Connection[] = [];
const waiting: Asked[] = [];
const ended: Ended[] = [];
const starts: number[] = [];
const sent = options.phases.map(() => 0);
let connections = 0;
let inFlight = 0;

interface Connection {
  send(asked: Asked): void;
}

for (let count = 0; count < connectionsAtStart; count++) await openConnection();
for (const phase of options.phases.keys()) await run(phase);
const endMs = performance.now();
await until(() => inFlight + waiting.length === 0 || performance.now() > endMs + drainMs);
process.stdout.write(JSON.stringify(options.phases.map((_, phase) => resultOf(phase))));
process.exit(0);

async function run(phase: number): Promise<void> {
  const { perSecond, seconds } = options.phases[phase] as OpenLoopOptions['phases'][number];
  const startMs = performance.now();
  starts[phase] = startMs;
  let dueMs = startMs;
  const gap = () => (-Math.log(1 - random.next()) * 1000) / perSecond;
  dueMs += gap();
  await until(() => {
    const nowMs = performance.now();
    for (; dueMs <= nowMs && dueMs < startMs + seconds * 1000; dueMs += gap()) {
      sent[phase] = (sent[phase] ?? 0) + 1;
      ask({ dueMs, phase });
    }
    return nowMs >= startMs + seconds * 1000;
  });
}

function ask(asked: Asked): void {
  const free = idle.pop();
  if (free !== undefined) free.send(asked);
  else {
    waiting.push(asked);
    if (connections < connectionsMax) void openConnection();
  }
}

function openConnection(): Promise<void> {
  connections += 1;
  const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
  let current: Asked | null = null;
  let text = '';
  const connection: Connection = {
    send(asked) {
      current = asked;
      text = '';
      inFlight += 1;
      socket.write(request);
    },
  };
  const next = () => {
    const asked = waiting.shift();
    if (asked === undefined) idle.push(connection);
    else connection.send(asked);
  };
  const end = (status: number) => {
    if (current === null) return;
    ended.push({ ...current, status, endMs: performance.now() });
    current = null;
    inFlight -= 1;
  };
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    const status = statusOf(text);
    if (status === null) return;
    end(status);
    next();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    end(0);
    connections -= 1;
    const at = idle.indexOf(connection);
    if (at >= 0) idle.splice(at, 1);
  });
  return connected(socket, next);
}

function connected(socket: Socket, then: () => void): Promise<void> {
  return new Promise((resolve) => {
    socket.once('connect', () => {
      then();
      resolve();
    });
    socket.once('close', () => resolve());
  });
}

/** The status of a whole answer, null while it is on its way. An answer of a fallback is none of the model: 299. */
function statusOf(text: string): number | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [, bytes = '0'] = /content-length: (\d+)/i.exec(text) ?? [];
  if (text.length < end + 4 + Number(bytes)) return null;
  return /x-slipway-fallback/i.test(text.slice(0, end)) ? 299 : Number(text.slice(9, 12));
}

/** Stays awake, so that requests leave at their moments: a timer's are a millisecond apart. */
function until(isDone: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (isDone() ? resolve() : setImmediate(look));
    look();
  });
}

function resultOf(phase: number): PhaseResult {
  const { seconds } = options.phases[phase] as OpenLoopOptions['phases'][number];
  const startMs = starts[phase] as number;
  const toMs = startMs + seconds * 1000;
  const own = ended.filter((one) => one.phase === phase);
  const isGood = ({ status, endMs, dueMs }: Ended) => status === 200 && endMs - dueMs <= options.goalMs;
  const statuses: Record<string, number> = {};
  for (const { status } of own) statuses[status] = (statuses[status] ?? 0) + 1;
  const unanswered = (sent[phase] ?? 0) - own.length;
  if (unanswered > 0) statuses.unanswered = unanswered;
  const latencies = (is: (one: Ended) => boolean) => own.filter(is).map(({ endMs, dueMs }) => endMs - dueMs);
  const lastBadMs = own.reduce((last, one) => (isGood(one) ? last : Math.max(last, one.dueMs)), startMs);
  // What is still bad in the last quarter may go on for ever.
  const isNormal = unanswered === 0 && lastBadMs < startMs + seconds * 750;
  return {
    seconds,
    sent: sent[phase] ?? 0,
    goodPerSecond: ended.filter((one) => isGood(one) && one.endMs >= startMs && one.endMs < toMs).length / seconds,
    statuses,
    p50Ms: quantile(
      latencies(({ status }) => status === 200),
      0.5,
    ),
    p99Ms: quantile(
      latencies(({ status }) => status === 200),
      0.99,
    ),
    refusedP99Ms: quantile(
      latencies(({ status }) => status !== 200),
      0.99,
    ),
    normalAfterMs: isNormal ? lastBadMs - startMs : null,
  };
}

function quantile(values: readonly number[], share: number): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? null;
}

function requestOf(value: object): Buffer {
  const body = JSON.stringify(value);
  const head = [
    'POST /predict HTTP/1.1',
    `host: 127.0.0.1:${options.port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
