import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { LoadOptions, LoadResult } from './load-client.ts';

/** The server has one core to itself and the client the other, where the machine can pin. */
const canPin = spawnSync('taskset', ['--version']).status === 0;

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  /** With the port at the end. */
  readonly words: readonly string[];
  /** Where stderr goes: the log. */
  readonly log: string;
  /** A path that answers 200 when the server is ready; where there is none, it is when it takes connections. */
  readonly ready?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The core that it has to itself: the first by default; null for any. */
  readonly core?: number | null;
}

export interface RunningServer {
  readonly name: string;
  readonly port: number;
  readonly process: ChildProcess;
}

export async function startServer({
  name,
  command,
  words,
  log,
  ready,
  env = {},
  core = 0,
}: ServerCommand): Promise<RunningServer> {
  const port = await freePort();
  const stderr = openSync(log, 'a');
  const [program, ...args] = pinned(core, command, [...words, String(port)]);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', stderr], env: { ...environment, ...env } });
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${readFileSync(log, 'utf8')}`)));
  });
  ended.catch(() => {});
  await Promise.race([ready === undefined ? takesConnections(port) : isReady(port, ready), ended]);
  return { name, port, process: child };
}

/** Ends a server and waits until it has gone. */
export async function stopServer({ process: child }: RunningServer): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** Runs the client against a server. Rejects where an answer was not the one that is expected. */
export async function load(server: RunningServer, options: Omit<LoadOptions, 'port'>): Promise<LoadResult> {
  const result = await runClient<LoadResult>('serve/load-client.ts', server, options);
  if (result.failed > 0) throw new Error(`${server.name} failed ${result.failed} requests.`);
  return result;
}

/** Runs a script of this folder on the core of the clients; answers the JSON document that it prints. */
export async function runClient<T>(path: string, server: RunningServer, options: object): Promise<T> {
  const script = new URL(`../${path}`, import.meta.url).pathname;
  const [program, ...args] = pinned(1, process.execPath, [script, JSON.stringify({ ...options, port: server.port })]);
  const client = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  client.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const code = await new Promise((resolve) => client.on('close', resolve));
  if (code !== 0) throw new Error(`The client of ${server.name} ended with ${code}.`);
  return JSON.parse(out) as T;
}

/** Megabytes of memory that a process holds now; NaN where the machine does not tell. */
export function residentMb({ process: child }: RunningServer): number {
  try {
    const [, kB] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
    return Number(kB) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** Microseconds of processor time that a process has taken so far; NaN where the machine does not tell. */
export function cpuMicros({ process: child }: RunningServer): number {
  try {
    const [user, system] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ').slice(13, 15);
    return (Number(user) + Number(system)) * (1e6 / ticksPerSecond);
  } catch {
    return Number.NaN;
  }
}

/** Without what is the bench's own, which a server would call no setting of it. */
const { SLIPWAY_BENCH_PYTHON: _, ...environment } = process.env;

const ticksPerSecond = 100;

function pinned(core: number | null, command: string, words: readonly string[]): [string, ...string[]] {
  return canPin && core !== null ? ['taskset', '-c', String(core), command, ...words] : [command, ...words];
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Resolves when somebody accepts connections on the port. */
async function takesConnections(port: number): Promise<void> {
  for (;;) {
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.on('connect', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (accepted) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function isReady(port: number, path: string): Promise<void> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
