import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = join(import.meta.dirname, '../../packages/slipway/bin/slipway.js');

/** Runs a command of slipway as a process, its progress on our stderr. Gives its stdout; throws when it fails. */
export async function runSlipway(argv: readonly string[], cwd: string, signal: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, [program, ...argv], { cwd, signal, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`slipway ${argv[0]} ended with exit code ${code}\n${out}`);
  return out;
}

export interface Server {
  readonly url: string;
  /** Lets the server end as on a deployment: it drains, and must say that all went well. */
  stop(): Promise<void>;
}

/** Any free port, one JSON line when ready, and no log of every request. */
export const serveArguments = ['serve', '--port', '0', '--json', '--log-level', 'warn'] as const;

/** Starts `slipway serve` on a free port and waits until it is ready. The signal ends it too. */
export async function startServer(cwd: string, signal: AbortSignal): Promise<Server> {
  const child = spawn(process.execPath, [program, ...serveArguments], {
    cwd,
    signal,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  // Whoever waits for the end is told; until then a server that was ended by the signal is no unhandled error.
  ended.catch(() => {});
  const failed = ended.then(([code]) => {
    throw new Error(`slipway serve ended with exit code ${code} before it was ready`);
  });
  failed.catch(() => {});
  const firstLine = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
  const { url } = JSON.parse(await Promise.race([firstLine, failed])) as { url: string };
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      if (code !== 0) throw new Error(`slipway serve ended with exit code ${code}`);
    },
  };
}
