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
}

export interface RunningServer {
  readonly name: string;
  readonly port: number;
  readonly process: ChildProcess;
}

export async function startServer({ name, command, words, log }: ServerCommand): Promise<RunningServer> {
  const port = await freePort();
  const stderr = openSync(log, 'a');
  const [program, ...args] = pinned(0, command, [...words, String(port)]);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', stderr] });
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${readFileSync(log, 'utf8')}`)));
  });
  ended.catch(() => {});
  await Promise.race([answers(port), ended]);
  return { name, port, process: child };
}

/** Ends a server and waits until it has gone. */
export async function stopServer({ process: child }: RunningServer): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** Runs the client against a server. Rejects where an answer was not 200. */
export async function load(server: RunningServer, options: Omit<LoadOptions, 'port'>): Promise<LoadResult> {
  const script = new URL('./load-client.ts', import.meta.url).pathname;
  const [program, ...args] = pinned(1, process.execPath, [script, JSON.stringify({ ...options, port: server.port })]);
  const client = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  client.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const code = await new Promise((resolve) => client.on('close', resolve));
  if (code !== 0) throw new Error(`The client of ${server.name} ended with ${code}.`);
  const result = JSON.parse(out) as LoadResult;
  if (result.failed > 0) throw new Error(`${server.name} failed ${result.failed} requests.`);
  return result;
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

const ticksPerSecond = 100;

function pinned(core: number, command: string, words: readonly string[]): [string, ...string[]] {
  return canPin ? ['taskset', '-c', String(core), command, ...words] : [command, ...words];
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Resolves when somebody accepts connections on the port. */
async function answers(port: number): Promise<void> {
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
