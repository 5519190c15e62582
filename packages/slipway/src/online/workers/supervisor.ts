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
  const group = new WorkerGroup(options);
  void group.begin();
  let restarting: Promise<void> | null = null;
  return {
    begun: group.begun.promise,
    restart() {
      restarting ??= group.replaceAll().finally(() => {
        restarting = null;
      });
      return restarting;
    },
    stop: () => group.stop(),
    kill: () => group.kill(),
    pids: () => group.pids(),
  };
}

class WorkerGroup {
  readonly begun = Promise.withResolvers<number | null>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #options: SupervisorOptions;
  readonly #members = new Set<Member>();
  #isStopping = false;
  #hasBegun = false;
  #pauseMs = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  async begin(): Promise<void> {
    // The first alone: what it opens and proves the others find done, and what is wrong is said once.
    await this.#add();
    await Promise.all(Array.from({ length: this.#options.workers - 1 }, () => this.#add()));
    this.#hasBegun = true;
    this.begun.resolve(null);
  }

  async replaceAll(): Promise<void> {
    for (const old of [...this.#members]) {
      if (this.#isStopping || !this.#members.has(old)) continue;
      const next = await Promise.race([this.#add(), this.#ended.promise]);
      if (next === undefined) return;
      old.isLeaving = true;
      const gone = new Promise<void>((resolve) => old.process.onEnd(() => resolve()));
      old.process.drain();
      await gone;
    }
  }

  stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#members.size === 0) this.#ended.resolve();
    for (const { process } of this.#members) process.drain();
    return this.#ended.promise;
  }

  kill(): void {
    this.#isStopping = true;
    for (const { process } of this.#members) process.kill();
  }

  pids(): readonly number[] {
    return Array.from(this.#members, ({ process }) => process.pid);
  }

  /** Resolves when the new worker is ready. */
  #add(): Promise<Member> {
    const { start, monotonicMs } = this.#options;
    const { promise, resolve } = Promise.withResolvers<Member>();
    const member: Member = { process: start(), startedMs: monotonicMs(), isReady: false, isLeaving: false };
    this.#members.add(member);
    member.process.onReady(() => {
      member.isReady = true;
      resolve(member);
    });
    member.process.onEnd((code, signal) => this.#left(member, code, signal));
    return promise;
  }

  #left(member: Member, code: number | null, signal: string | null): void {
    this.#members.delete(member);
    if (this.#members.size === 0 && this.#isStopping) this.#ended.resolve();
    if (this.#isStopping || member.isLeaving) return;
    if (this.#hasBegun) this.#replace(member, code, signal);
    else this.begun.resolve(code ?? 1);
  }

  #replace({ process, startedMs }: Member, code: number | null, signal: string | null): void {
    const { log, after, monotonicMs } = this.#options;
    const isYoung = monotonicMs() - startedMs < steadyMs;
    this.#pauseMs = isYoung ? Math.min(backoffMs.most, Math.max(backoffMs.first, this.#pauseMs * 2)) : 0;
    const facts = { pid: process.pid, code, signal, pause_ms: this.#pauseMs };
    log.error(facts, 'a worker ended and is replaced');
    if (this.#pauseMs === 0) void this.#add();
    else after(this.#pauseMs, () => !this.#isStopping && void this.#add());
  }
}
