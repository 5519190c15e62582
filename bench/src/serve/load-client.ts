// A load generator that costs little beside the server: raw sockets, requests written before the clock starts, latencies
// in microseconds. node load-client.ts '{"port":8080,…}' prints one JSON document.
import { connect } from 'node:net';
import { Random } from '@slipway/testkit';

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Records in a request; 1 sends the record alone. */
  readonly records: number;
  /** Requests each second, at even times, whatever the server does; 0 sends as soon as an answer is there. */
  readonly rate: number;
  /** Headers besides those that a body needs. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What a request holds: JSON (by default), JSON with a value out of its range, or binary tensors of the Open Inference Protocol. */
  readonly form?: 'json' | 'invalid' | 'tensors';
  /** What every request holds, in place of records for the learner's model. */
  readonly body?: object;
  /** The status that every answer must have; 200 by default. */
  readonly status?: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** All requests of the run, those of the warm-up too. */
  readonly requests: number;
  /** Answers of another status than the one that is expected. */
  readonly failed: number;
  /** From the first request to the last answer, the warm-up with it. */
  readonly seconds: number;
}

const options = JSON.parse(process.argv[2] as string) as LoadOptions;
const warmUpMs = 300;
const expected = `HTTP/1.1 ${options.status ?? 200}`;
const requests = makeRequests();
const latenciesMs: number[] = [];
const waitingSinceMs: number[] = [];
let next = 0;
let failed = 0;
let measuring = false;

const idle: Connection[] = [];
for (let count = 0; count < options.connections; count++) openConnection(onAnswer);
if (options.rate > 0) sendAtRate();
else stayAwake();
setTimeout(measure, warmUpMs);

interface Connection {
  send(sinceMs: number): void;
}

function openConnection(answered: (connection: Connection) => void): Connection {
  const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
  let sinceMs = 0;
  let head = '';
  let length = 0;
  let got = 0;
  const connection: Connection = {
    send(since) {
      sinceMs = since;
      head = '';
      length = 0;
      got = 0;
      socket.write(requests[next++ % requests.length] as Buffer);
    },
  };
  socket.on('connect', () => answered(connection));
  socket.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  socket.on('data', (chunk: Buffer) => {
    got += chunk.length;
    if (length === 0) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const [, bytes] = /content-length: (\d+)/i.exec(head) as RegExpExecArray;
      length = end + 4 + Number(bytes);
      if (!head.startsWith(expected)) failed += 1;
    }
    if (got < length) return;
    if (measuring) latenciesMs.push(performance.now() - sinceMs);
    answered(connection);
  });
  return connection;
}

function onAnswer(connection: Connection): void {
  if (options.rate === 0) connection.send(performance.now());
  else {
    const since = waitingSinceMs.shift();
    if (since === undefined) idle.push(connection);
    else connection.send(since);
  }
}

/**
 * A client that sleeps must be woken, and on a machine with two cores it is the server that pays for that. The faster a
 * server, the less its client sleeps, so this would flatter the fastest.
 */
function stayAwake(): void {
  setImmediate(stayAwake);
}

/** A request counts from the time at which it was due, also where no connection was free: waiting is latency too. */
function sendAtRate(): void {
  const everyMs = 1000 / options.rate;
  let dueMs = performance.now();
  const step = () => {
    for (const now = performance.now(); dueMs <= now; dueMs += everyMs) {
      const free = idle.pop();
      if (free === undefined) waitingSinceMs.push(dueMs);
      else free.send(dueMs);
    }
    setImmediate(step);
  };
  step();
}

function measure(): void {
  measuring = true;
  const startedMs = performance.now();
  setTimeout(() => {
    const seconds = (performance.now() - startedMs) / 1000;
    const sorted = Float64Array.from(latenciesMs).sort();
    const quantile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
    const result: LoadResult = {
      requestsPerSecond: sorted.length / seconds,
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
      requests: next,
      failed,
      seconds: seconds + warmUpMs / 1000,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    process.exit();
  }, options.seconds * 1000);
}

/** Some thousand requests whose records all differ, so that no cache of the server answers. */
function makeRequests(): Buffer[] {
  if (options.body !== undefined) return [jsonRequest(options.body)];
  const random = new Random(3);
  const record = () => ({
    hours_studied: Math.round(random.next() * 400) / 10,
    quiz_score: (options.form === 'invalid' ? 200 : 0) + Math.round(random.next() * 1000) / 10,
    learner_id: `L${random.integer(1_000_000)}`,
    cohort: `2026-${random.integer(12) + 1}`,
    mentor_id: `M${random.integer(200)}`,
  });
  return Array.from({ length: options.records === 1 ? 4096 : 64 }, () => {
    if (options.form === 'tensors') return tensorsOf(Array.from({ length: options.records }, record));
    const many = { records: Array.from({ length: options.records }, record) };
    return jsonRequest(options.records === 1 ? record() : many);
  });
}

function jsonRequest(body: object): Buffer {
  return written('/predict', { 'content-type': 'application/json' }, Buffer.from(JSON.stringify(body)));
}

function written(path: string, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const all = { host: `127.0.0.1:${options.port}`, ...headers, 'content-length': body.length, ...options.headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`), body]);
}

/** A tensor of float64 for each feature, and answers as bytes too. Unit and context do not travel: the features alone do. */
function tensorsOf(records: readonly { readonly hours_studied: number; readonly quiz_score: number }[]): Buffer {
  const names = ['hours_studied', 'quiz_score'] as const;
  const columns = names.map((name) => Buffer.from(Float64Array.from(records, (record) => record[name]).buffer));
  const inputs = names.map((name, index) => ({
    name,
    datatype: 'FP64',
    shape: [records.length],
    parameters: { binary_data_size: columns[index]?.length },
  }));
  const outputs = [{ name: 'risk_score' }, { name: 'needs_support' }];
  const head = Buffer.from(JSON.stringify({ inputs, outputs, parameters: { binary_data_output: true } }));
  const headers = {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': String(head.length),
  };
  return written('/v2/models/learner-risk/infer', headers, Buffer.concat([head, ...columns]));
}
