import { type ChildProcess, spawn } from 'node:child_process';

export interface ProcessOptions {
  readonly command: string;
  readonly argv: readonly string[];
  /** It may take this long, and is then ended with every process that it started. */
  readonly answerMsMax: number;
  /** What it finds in its environment; that of this process by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How a process ended, and the end of what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly overTime: boolean;
  readonly startError: Error | null;
}

const stdoutCharsMax = 1_000_000;
const stderrCharsMax = 4_000;

/**
 * Runs a program that nobody trusts: in a process group of its own, so that the time limit, and the end of this process,
 * reach what it started as well. Never raises: how it ended is the answer.
 */
export function runProcess({ command, argv, answerMsMax, env = process.env }: ProcessOptions): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'pipe'], env, detached: true });
    let stdout = '';
    let stderr = '';
    let overTime = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      // What a caller wants is said last: what floods stands before it.
      stdout = (stdout + text).slice(-stdoutCharsMax);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-stderrCharsMax);
    });
    const timer = setTimeout(() => {
      overTime = true;
      endGroup(child);
      // One that left the group may still hold the pipes: nobody waits for it.
      child.stdout.destroy();
      child.stderr.destroy();
    }, answerMsMax);
    const forget = endWithUs(child);
    const end = (code: number | null, signal: string | null, startError: Error | null) => {
      clearTimeout(timer);
      forget();
      resolve({ code, signal, stdout, stderr, overTime, startError });
    };
    child.once('error', (error) => end(null, null, error));
    child.once('close', (code, signal) => end(code, signal, null));
  });
}

/** A process group has its first member's number. Windows knows none: there the process alone is ended. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** A group of its own hears no Ctrl-C: ends it when this process is asked to end. Answers how to stop doing so. */
function endWithUs(child: ChildProcess): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onExit = () => endGroup(child);
  const onSignal = (signal: NodeJS.Signals) => {
    endGroup(child);
    forget();
    process.kill(process.pid, signal);
  };
  const forget = () => {
    process.off('exit', onExit);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.once('exit', onExit);
  for (const signal of signals) process.once(signal, onSignal);
  return forget;
}
