import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, afterEach, expect, test } from 'vitest';
import { rawConnection, type ServeProcess, startServe } from '../fixtures/serve-process.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-serve-limits-'));
const launch = writeLearnerLaunch(root);
const record = JSON.stringify({ hours_studied: 3, quiz_score: 40 });
/** So small that ten kilobytes of each of ten thousand would end the server. */
const smallHeap = { NODE_OPTIONS: '--max-old-space-size=96 --max-semi-space-size=2' };
const running = new Set<ServeProcess>();

afterEach(async () => {
  for (const server of running) {
    server.child.kill('SIGKILL');
    await server.ended;
  }
  running.clear();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function serve(...words: readonly string[]): Promise<ServeProcess> {
  return serveWith({}, ...words);
}

async function serveWith(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<ServeProcess> {
  const server = await startServe([launch, '--json', ...words], env);
  running.add(server);
  return server;
}

/** What comes back until the other side closes. */
async function answerTo({ ready }: ServeProcess, text: string): Promise<string> {
  const connection = await rawConnection(ready.port);
  connection.send(text);
  return connection.closed;
}

async function predict({ ready }: ServeProcess, headers = {}): Promise<Response> {
  return fetch(`${ready.url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: record,
  });
}

const post = (body: string, headers = '') =>
  `POST /predict HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`;
const closing = 'connection: close\r\n';
const get = (path: string, headers = closing) => `GET ${path} HTTP/1.1\r\nhost: h\r\n${headers}\r\n`;
const chunked = (body: string) =>
  `POST /predict HTTP/1.1\r\nhost: h\r\n${closing}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${body}`;
const manyHeaders = (count: number) => Array.from({ length: count }, (_, at) => `x-${at}: 1\r\n`).join('');

test('every malformed, smuggled or oversized request has its one answer, and good ones go on', async () => {
  const server = await serve();
  const table: readonly (readonly [title: string, request: string, status: number | null])[] = [
    ['a path beyond its length', get(`/${'x'.repeat(3000)}`), 414],
    ['too many headers', get('/', manyHeaders(120) + closing), 431],
    ['headers beyond their size', get('/', `x: ${'y'.repeat(20_000)}\r\n`), 431],
    ['two lengths', post(record, `content-length: 5\r\n`), 400],
    ['length and chunks', post(record, 'transfer-encoding: chunked\r\n'), 400],
    ['a folded header', get('/', 'x: 1\r\n 2\r\n'), 400],
    ['bare line feeds', get('/').replaceAll('\r\n', '\n'), 400],
    ['a chunk extension without end', chunked(`5;${'e'.repeat(20_000)}\r\n`), 413],
    ['an endless trailer', chunked(`0\r\nx: ${'t'.repeat(20_000)}\r\n\r\n`), 431],
    ['an expectation that is not known', post(record, `expect: gold\r\n${closing}`), 417],
    ['TRACE', `TRACE / HTTP/1.1\r\nhost: h\r\n${closing}\r\n`, 405],
    ['OPTIONS', `OPTIONS /predict HTTP/1.1\r\nhost: h\r\n${closing}\r\n`, 405],
    ['a way upwards', get('/../../etc/passwd'), 404],
    ['an encoded way upwards', get('/%2e%2e/%2e%2e/etc/passwd'), 404],
    ['a zero byte', get('/health/live%00'), 404],
    ['no host', `GET / HTTP/1.1\r\n${closing}\r\n`, 400],
    ['nothing of HTTP', 'EHLO example\r\n\r\n', 400],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n', null],
    ['an absolute address', get('http://elsewhere/health/live'), 200],
    ['WebSocket', get('/health/live', `connection: close, upgrade\r\nupgrade: websocket\r\n`), 200],
    ['HEAD', `HEAD /health/live HTTP/1.1\r\nhost: h\r\n${closing}\r\n`, 200],
  ];
  for (const [title, request, status] of table) {
    const answers = (await answerTo(server, request)).match(/^HTTP\/1\.1 \d+/gm) ?? [];
    expect([title, answers]).toEqual([title, status === null ? [] : [`HTTP/1.1 ${status}`]]);
  }
  expect((await predict(server)).status).toBe(200);
  server.child.kill('SIGTERM');
  await server.ended;
  const refused = server.log().filter(({ msg }) => String(msg).startsWith('refused a'));
  expect(refused.map(({ status }) => status)).toEqual([414, 431, 431, 400, 400, 400, 400, 413, 431, 417, 400, 400]);
  expect(server.log().filter(({ level }) => level === 'error')).toEqual([]);
});

test('a body is asked for only where it will be read', async () => {
  const server = await serve();
  const head = (headers: string) =>
    `POST /predict HTTP/1.1\r\nhost: h\r\n${closing}${headers}expect: 100-continue\r\n\r\n`;
  const json = 'content-type: application/json\r\n';
  const good = await rawConnection(server.ready.port);
  good.send(head(`${json}content-length: ${record.length}\r\n`));
  good.send(record);
  expect(await good.closed).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  expect(await answerTo(server, head(`${json}content-length: 9000000\r\n`))).toMatch(/^HTTP\/1\.1 413 /);
});

test('what is slow is cut in time: a connection that says nothing, headers by the byte, a body by the byte', async () => {
  const words = ['--limit-headers-time', '300ms', '--limit-request-time', '600ms', '--deadline', '5s'];
  const server = await serve(...words);
  const silent = await rawConnection(server.ready.port);
  const headers = await rawConnection(server.ready.port);
  headers.send('GET / HTTP/1.1\r\nx: ');
  const body = await rawConnection(server.ready.port);
  body.send(post('x'.repeat(1000)).slice(0, -990));
  const drip = setInterval(() => {
    headers.send('y');
    body.send('y');
  }, 50);
  expect((await predict(server)).status).toBe(200);
  expect(await silent.closed).toMatch(/^HTTP\/1\.1 408 /);
  expect(await headers.closed).toMatch(/^HTTP\/1\.1 408 /);
  expect(await body.closed).toMatch(/^HTTP\/1\.1 408 /);
  clearInterval(drip);
});

test('a request whose body is late is answered by its deadline and not run, and has no second answer', async () => {
  const server = await serve('--deadline', '200ms', '--limit-request-time', '700ms');
  const late = post('x'.repeat(1000), '').slice(0, -900);
  expect((await answerTo(server, late)).match(/^HTTP\/1\.1 \d+|DEADLINE_EXCEEDED/gm)).toEqual([
    'HTTP/1.1 504',
    'DEADLINE_EXCEEDED',
  ]);
  const text = await metrics(server);
  expect(text).toMatch(/slipway_request_duration_seconds_count\{.*outcome="timeout"\} 1/);
});

test('connections are bounded, in all and for an address; idle ones end; requests of one are bounded', async () => {
  const server = await serve('--limit-connections-of-address', '3', '--limit-requests-of-connection', '2');
  const kept = await Promise.all([1, 2, 3].map(() => rawConnection(server.ready.port)));
  const beyond = await rawConnection(server.ready.port);
  expect(await beyond.closed).toBe('');
  expect(await server.logged('refused connections: too many are open')).toMatchObject({ connections: 1 });
  kept[0]?.send(get('/health/live', '') + get('/health/live', ''));
  expect((await kept[0]?.closed)?.match(/^connection: .*/gim)?.at(-1)).toMatch(/close/i);
  const small = await serve('--limit-connections', '2', '--limit-idle-time', '100ms', '--limit-headers-time', '500ms');
  const [idle, other] = [await rawConnection(small.ready.port), await rawConnection(small.ready.port)];
  expect(await (await rawConnection(small.ready.port)).closed).toBe('');
  idle.send(get('/health/live', ''));
  expect(await idle.closed).toMatch(/^HTTP\/1\.1 200 /);
  other.end();
});

test('a thousand pipelined requests are answered or told to stop, and a caller that does not read is cut', async () => {
  // Two hundred answers of 66 kB are more than a system keeps for a caller that does not read: 660 MB for fifty of them.
  const heap = { NODE_OPTIONS: '--max-old-space-size=192 --max-semi-space-size=2' };
  const server = await serveWith(heap, '--limit-answer-time', '300ms', '--limit-waiting-of-connection', '200');
  const answers = (await answerTo(server, get('/openapi.json', '').repeat(1000))).match(/HTTP\/1\.1 \d+/g) ?? [];
  expect(answers.at(-1)).toBe('HTTP/1.1 503');
  expect(answers.slice(0, -1).every((line) => line === 'HTTP/1.1 200')).toBe(true);
  expect(answers).toHaveLength(1 + 200 + 1);
  const before = await memoryOf(server);
  const sockets = await Promise.all(Array.from({ length: 50 }, () => unreadConnection(server.ready.port)));
  expect((await predict(server)).status).toBe(200);
  await server.logged('cut a connection whose caller does not take its answer');
  for (const socket of sockets) socket.destroy();
  expect((await memoryOf(server)) - before).toBeLessThan(150_000_000);
  expect((await predict(server)).status).toBe(200);
});

test('ten thousand callers that go away are counted, and nothing of them stays', { timeout: 60_000 }, async () => {
  const server = await serveWith(smallHeap, '--log-level', 'warn');
  const half = post('x'.repeat(500)).slice(0, -400);
  const abort = async () => {
    const connection = await rawConnection(server.ready.port);
    connection.send(half);
    connection.end();
    await connection.closed;
  };
  const round = async (count: number) => {
    for (let at = 0; at < count; at += 100) await Promise.all(Array.from({ length: 100 }, abort));
  };
  await round(2000);
  const before = await memoryOf(server);
  await round(8000);
  expect((await predict(server)).status).toBe(200);
  const text = await metrics(server);
  expect(text).toMatch(/slipway_request_duration_seconds_count\{.*outcome="cancelled"\} 10000/);
  expect((await memoryOf(server)) - before).toBeLessThan(80_000_000);
});

test('answers say what browsers may do with them, and only named origins may ask', async () => {
  const server = await serve('--cors-origins', 'https://app.example.org');
  for (const response of [await predict(server), await fetch(`${server.ready.url}/nowhere`)]) {
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(response.headers.get('server') ?? response.headers.get('x-powered-by')).toBeNull();
    expect(response.headers.get('strict-transport-security')).toBeNull();
  }
  const preflight = (origin: string) =>
    fetch(`${server.ready.url}/predict`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
  const allowed = await preflight('https://app.example.org');
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
    204,
    'https://app.example.org',
  ]);
  expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
  const stranger = await preflight('https://other.example.org');
  expect([stranger.status, stranger.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  const asked = await predict(server, { origin: 'https://app.example.org' });
  expect(asked.headers.get('access-control-allow-origin')).toBe('https://app.example.org');
});

async function metrics({ ready }: ServeProcess): Promise<string> {
  return (await fetch(`${ready.url}/metrics`)).text();
}

async function memoryOf(server: ServeProcess): Promise<number> {
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(await metrics(server))?.[1]);
}

/** Asks for a lot and reads none of it. */
async function unreadConnection(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.pause();
  const ask = () => {
    // In a turn of its own, so that the other connections have theirs.
    if (!socket.destroyed) socket.write(get('/openapi.json', '').repeat(50), () => setImmediate(ask));
  };
  ask();
  return socket;
}
