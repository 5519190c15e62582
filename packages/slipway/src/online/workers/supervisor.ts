import type { After } from '../../system/timers.ts';
import type { OnlineLog } from '../ports.ts';

/** A worker process, as its supervisor sees it. */
export interface WorkerProcess {
  readonly pid: number;
  /** Lets it answer what has reached it, and end. */
  drain(): void;
  kill(): void;
  /** Calls back once when it answers requests. */
  onReady(listener: () => void): void;
  /** Calls back once when the process has ended. */
  onEnd(listener: (code: number | null, signal: string | null) => void): void;
}

export interface SupervisorOptions {
  readonly workers: number;
  /** Starts a worker. */
  readonly start: () => WorkerProcess;
  readonly log: OnlineLog;
  readonly after: After;
  readonly monotonicMs: () => number;
}

export interface Supervisor {
  /** Resolves with null when all workers are ready, or with the exit code of the first that could not begin. */
  readonly begun: Promise<number | null>;
  /** Replaces one worker after the other, each when its successor is ready. Resolves when all are replaced. */
  restart(): Promise<void>;
  /** Drains all workers, and resolves when they have ended. */
  stop(): Promise<void>;
  /** Ends them at once. */
  kill(): void;
  pids(): readonly number[];
}

/** A worker that lived this long had begun well: what ends it is no fault of its start. */
const steadyMs = 10_000;
/** How long a worker that ends again and again is waited for, at first and at most. */
const backoffMs = { first: 100, most: 10_000 };

interface Member {
  readonly process: WorkerProcess;
  readonly startedMs: number;
  isReady: boolean;
  /** It was told to end. */
  isLeaving: boolean;
}

/**
 * Keeps a number of workers alive: one that ends without being told to is replaced, at once the first time and after
 * ever longer pauses where its successors end young. The others go on meanwhile: no request of theirs is touched.
 */
export function supervise(options: SupervisorOptions): Supervisor {
  const { workers, start, log, after, monotonicMs } = options;
  const members = new Set<Member>();
  const begun = Promise.withResolvers<number | null>();
  const ended = Promise.withResolvers<void>();
  let isStopping = false;
  let hasBegun = false;
  let pauseMs = 0;

  function add(): Promise<Member> {
    const { promise, resolve } = Promise.withResolvers<Member>();
    const member: Member = { process: start(), startedMs: monotonicMs(), isReady: false, isLeaving: false };
    members.add(member);
    member.process.onReady(() => {
      member.isReady = true;
      resolve(member);
    });
    member.process.onEnd((code, signal) => left(member, code, signal));
    return promise;
  }

  function left(member: Member, code: number | null, signal: string | null): void {
    members.delete(member);
    if (members.size === 0 && isStopping) ended.resolve();
    if (isStopping || member.isLeaving) return;
    if (!hasBegun) {
      begun.resolve(code ?? 1);
      return;
    }
    const isYoung = monotonicMs() - member.startedMs < steadyMs;
    pauseMs = isYoung ? Math.min(backoffMs.most, Math.max(backoffMs.first, pauseMs * 2)) : 0;
    const facts = { pid: member.process.pid, code, signal, pause_ms: pauseMs };
    log.error(facts, 'a worker ended and is replaced');
    if (pauseMs === 0) void add();
    else after(pauseMs, () => !isStopping && void add());
  }

  async function begin(): Promise<void> {
    // The first alone: what it opens and proves the others find done, and what is wrong is said once.
    await add();
    await Promise.all(Array.from({ length: workers - 1 }, () => add()));
    hasBegun = true;
    begun.resolve(null);
  }

  let restarting: Promise<void> | null = null;
  async function replaceAll(): Promise<void> {
    for (const old of [...members]) {
      if (isStopping || !members.has(old)) continue;
      const next = await Promise.race([add(), ended.promise]);
      if (next === undefined) return;
      old.isLeaving = true;
      const gone = new Promise<void>((resolve) => old.process.onEnd(() => resolve()));
      old.process.drain();
      await gone;
    }
  }

  void begin();
  return {
    begun: begun.promise,
    restart() {
      restarting ??= replaceAll().finally(() => {
        restarting = null;
      });
      return restarting;
    },
    stop() {
      isStopping = true;
      if (members.size === 0) ended.resolve();
      for (const { process } of members) process.drain();
      return ended.promise;
    },
    kill() {
      isStopping = true;
      for (const { process } of members) process.kill();
    },
    pids: () => Array.from(members, ({ process }) => process.pid),
  };
}
