import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel } from '@slipway/core';
import { learnerLaunch, learnerModel, writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { failServe, rawConnection, type ServeProcess, startServe } from '../fixtures/serve-process.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-serve-'));
const running = new Set<ServeProcess>();
const record = { hours_studied: 3, quiz_score: 40, learner_id: 'L1', cohort: 'spring', mentor_id: 'M7' };
const body = JSON.stringify(record);
const head = (length: number) =>
  `POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

afterAll(() => rmSync(root, { recursive: true, force: true }));

async function serve(folder: string, words: readonly string[] = []): Promise<ServeProcess> {
  const server = await startServe([join(folder, 'launch.yaml'), '--json', ...words]);
  running.add(server);
  server.ended.then(() => running.delete(server));
  return server;
}

async function killAll(): Promise<void> {
  const all = [...running];
  for (const { child } of all) child.kill('SIGKILL');
  await Promise.all(all.map(({ ended }) => ended));
}

/** A folder of its own with the learner's model and launch file. */
function learnerFolder(text = learnerLaunch): string {
  const folder = mkdtempSync(join(root, 'learner-'));
  writeLearnerLaunch(folder, { text });
  return folder;
}

const post = (url: string, payload: unknown, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });

/** The answer for the learner. */
interface Answered {
  readonly risk_score: number;
  readonly thresholds: { readonly needs_support: number };
  readonly prediction_id: string;
  readonly version: string;
}

const predict = async (url: string): Promise<Answered> => (await (await post(url, record)).json()) as Answered;

const ask = async (url: string): Promise<number> => (await fetch(url).catch(() => ({ status: 0 }))).status;

/** Asks again and again until the answer is as wanted: each question is a round trip, so nothing spins. */
async function until<T>(question: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await question();
    if (wanted(answer)) return answer;
  }
}

describe('a server', () => {
  const folder = learnerFolder();
  const events = join(folder, 'log', 'events.ndjson');
  let server: ServeProcess;
  beforeAll(async () => {
    server = await serve(folder, ['--events', events]);
  });
  afterAll(killAll);

  test('says on stdout, in one line and nothing else, where it answers', () => {
    expect(server.ready).toMatchObject({ ready: true, host: '127.0.0.1', model: 'learner-risk', version: '1.0.0' });
    expect(server.ready).toMatchObject({ engine: 'compiled', pid: server.child.pid });
    expect(server.ready.url).toBe(`http://127.0.0.1:${server.ready.port}`);
    expect(server.stdout().split('\n')).toHaveLength(2);
  });

  test('answers, logs, counts and reports one event', async () => {
    const answer = await post(server.ready.url, record, { 'x-request-id': 'my-request' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-request-id')).toBe('my-request');
    const prediction = (await answer.json()) as Answered;
    expect(prediction).toMatchObject({ needs_support: true, model: 'learner-risk', version: '1.0.0' });
    const risk = 1 / (1 + Math.exp(0.1 * 3 + 0.06 * 40 - 5));
    expect(prediction.risk_score).toBeCloseTo(risk, 6);

    expect(await server.logged('answered')).toMatchObject({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      route: 'POST /predict',
      request: 'my-request',
      status: 200,
      records: 1,
    });
    const metrics = await (await fetch(`${server.ready.url}/metrics`)).text();
    expect(metrics).toMatch(/slipway_http_requests_total\{method="POST",route="\/predict",status="200"\} 1/);
    const [event] = await until(
      async () => readFileSync(events, 'utf8').split('\n').slice(0, -1),
      (lines) => lines.length > 0,
    );
    expect(JSON.parse(event as string)).toMatchObject({
      id: prediction.prediction_id,
      source: 'online',
      unit: 'L1',
      inputs: { hours_studied: 3, quiz_score: 40 },
      outputs: { risk_score: prediction.risk_score, needs_support: true },
    });
  });

  test('hears a body of 10 MB out far enough to say that it is too large, and keeps the connection', async () => {
    const answer = await post(server.ready.url, { learner_id: 'x'.repeat(10_000_000) });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { code: 'BODY_TOO_LARGE' } });
  });

  test('cuts off who sends without end', async () => {
    const connection = await rawConnection(server.ready.port);
    connection.send(head(1_000_000_000));
    const megabyte = Buffer.alloc(1_000_000, 0x20);
    for (let count = 0; count < 64; count++) connection.send(megabyte);
    expect(await connection.closed).toMatch(/^HTTP\/1\.1 413 /);
  });

  test.each([
    ['what is not HTTP', 'hello\r\n\r\n', 400],
    ['headers that are too large', `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
  ])('answers %s in the form of all errors', async (_, text, status) => {
    const connection = await rawConnection(server.ready.port);
    connection.send(text);
    const [top = '', answer = ''] = (await connection.closed).split('\r\n\r\n');
    expect(top).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(JSON.parse(answer)).toMatchObject({ error: { code: 'HTTP_MALFORMED' } });
  });

  test('a caller that goes away in the middle of a body leaves nothing behind', async () => {
    const connection = await rawConnection(server.ready.port);
    connection.send(head(body.length) + body.slice(0, 5));
    connection.end();
    await connection.closed;
    expect((await post(server.ready.url, record)).status).toBe(200);
  });

  test('a port that is taken is an error with its own exit code', async () => {
    const port = String(server.ready.port);
    const failed = await failServe([join(folder, 'launch.yaml'), '--port', port]);
    expect(failed).toMatchObject({ code: 5, stdout: '' });
    expect(failed.stderr).toContain(`ADDRESS_IN_USE: 127.0.0.1:${port} is taken.`);
  });
});

describe('the start', () => {
  test.each([
    ['a launch file that is not there', ['nowhere.yaml'], 4, 'LAUNCH_NOT_FOUND'],
    [
      'an address that is not of this machine',
      ['launch.yaml', '--host', '192.0.2.1', '--auth', 'none'],
      6,
      'ADDRESS_UNAVAILABLE',
    ],
    ['a port that is none', ['launch.yaml', '--port', '70000'], 2, 'USAGE'],
    ['an events file that cannot be', ['launch.yaml', '--events', '/dev/null/events.ndjson'], 6, 'OUTPUT_NOT_WRITABLE'],
  ])('%s ends it', async (_, [launch, ...words], exitCode, code) => {
    const folder = learnerFolder();
    const port = words.includes('--port') ? [] : ['--port', '0'];
    const failed = await failServe([join(folder, launch as string), ...words, ...port]);
    expect(failed).toMatchObject({ code: exitCode, stdout: '' });
    expect(failed.stderr).toContain(`${code}: `);
  });

  test('without --json the ready line is for people, with a request that works', async () => {
    const server = await startServe([join(learnerFolder(), 'launch.yaml')]);
    running.add(server);
    const said = server.stdout();
    expect(said).toMatch(/^learner-risk 1\.0\.0 answers at http:\/\/127\.0\.0\.1:\d+ \(compiled: .*\)\. Try:\n/);
    const [, url = '', payload = ''] = / curl (.*)\/predict -H .* -d '(.*)'\n$/.exec(said) ?? [];
    expect((await post(url, payload)).status).toBe(200);
    await killAll();
  });
});

describe('the end', () => {
  afterEach(killAll);

  test('SIGTERM: readiness first, then requests in flight, then exit 0 with every event written', async () => {
    const folder = learnerFolder();
    const events = join(folder, 'events.ndjson');
    const server = await serve(folder, ['--events', events, '--drain-delay', '300ms']);
    const slow = await rawConnection(server.ready.port);
    slow.send(head(body.length) + body.slice(0, 10));
    expect((await post(server.ready.url, record)).status).toBe(200);

    server.child.kill('SIGTERM');
    await until(
      () => ask(`${server.ready.url}/health/ready`),
      (status) => status === 503,
    );
    const late = await post(server.ready.url, record);
    expect(late.status).toBe(200);
    expect(late.headers.get('connection')).toBe('close');
    await until(
      () => ask(`${server.ready.url}/health/live`),
      (status) => status === 0,
    );
    slow.send(body.slice(10));
    expect(await slow.closed).toMatch(/^HTTP\/1\.1 200 /);
    expect(await server.ended).toBe(0);
    expect(readFileSync(events, 'utf8').split('\n').slice(0, -1)).toHaveLength(3);
    expect(server.log().map(({ msg }) => msg)).toEqual(['answered', 'draining', 'answered', 'answered', 'stopped']);
  });

  test('a connection that is still open at the end of the drain is cut', async () => {
    const server = await serve(learnerFolder(), ['--drain-timeout', '50ms']);
    const stuck = await rawConnection(server.ready.port);
    stuck.send(head(body.length) + body.slice(0, 10));
    expect((await post(server.ready.url, record)).status).toBe(200);
    server.child.kill('SIGINT');
    await stuck.closed;
    expect(await server.ended).toBe(0);
    expect(server.log().some(({ level, msg }) => level === 'warn' && String(msg).includes('are cut'))).toBe(true);
  });

  test('a second signal ends it at once', async () => {
    const server = await serve(learnerFolder());
    const stuck = await rawConnection(server.ready.port);
    stuck.send(head(body.length) + body.slice(0, 10));
    expect((await post(server.ready.url, record)).status).toBe(200);
    server.child.kill('SIGTERM');
    await server.logged('draining');
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(143);
  });
});

describe('--watch', () => {
  afterEach(killAll);

  test('serves a changed launch file and a changed artifact; a broken change leaves what was, and says why', async () => {
    const folder = learnerFolder();
    const launch = join(folder, 'launch.yaml');
    const server = await serve(folder, ['--watch']);
    const { url } = server.ready;

    writeFileSync(launch, learnerLaunch.replace('at: 0.7', 'at: 0.4'));
    await until(
      () => predict(url),
      ({ thresholds }) => thresholds.needs_support === 0.4,
    );

    writeFileSync(launch, learnerLaunch.replace('minimum: 0', 'minimun: 0'));
    expect(await server.logged('the change cannot be served; the model before it stays')).toMatchObject({
      level: 'error',
      code: 'LAUNCH_UNKNOWN_FIELD',
      reason: expect.stringContaining('minimun'),
    });
    expect((await predict(url)).thresholds.needs_support).toBe(0.4);

    // As editors do: a new file in the place of the old one.
    writeFileSync(`${launch}.tmp`, learnerLaunch.replace('version: 1.0.0', 'version: 1.1.0'));
    renameSync(`${launch}.tmp`, launch);
    await until(
      () => predict(url),
      ({ version }) => version === '1.1.0',
    );

    const before = await predict(url);
    writeFileSync(join(folder, 'model.onnx'), encodeModel(learnerModel(1)));
    const after = await until(
      () => predict(url),
      (answer) => answer.risk_score !== before.risk_score,
    );
    expect(after.risk_score).toBeCloseTo(1 / (1 + Math.exp(0.1 * 3 + 0.06 * 40 - 1)), 6);
  });
});
