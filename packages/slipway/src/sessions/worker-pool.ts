import { fail } from '@slipway/core';
import type { PoolThread } from './pool-thread.ts';

/** A part of a job, for one worker. */
export interface Piece {
  readonly question: unknown;
  /** Buffers of the question that the worker may have for its own. */
  readonly transfer: readonly ArrayBuffer[];
  answered(value: unknown): void;
}

/** Work that is handed out piece by piece, to whichever worker is free. */
export interface Job {
  /** The next piece; null when all are handed out, or none is wanted any more. */
  next(): Piece | null;
  /** True where `next` would answer null. */
  readonly isHandedOut: boolean;
  fail(thrown: unknown): void;
}

export interface PoolOptions {
  readonly workersMax: number;
  /** Jobs that may wait for a worker; one more is refused. */
  readonly waitingMax: number;
  readonly open: () => Promise<PoolThread>;
}

/**
 * Worker threads and the queue before them: first come, first served, and no worker idles while a piece waits. The first
 * worker is opened at once, each further one when work waits and all are busy. A worker that is lost costs the job that
 * it worked on, and the next job that finds nobody free opens another.
 */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #threads = new Set<PoolThread>();
  readonly #idle: PoolThread[] = [];
  readonly #queue: Job[] = [];
  readonly #quiet: (() => void)[] = [];
  #opening = 0;
  /** A worker could not be opened: those that there are go on alone until one of them is lost. */
  #isFull = false;

  /** Raises what opening the first worker raises. */
  static async open(options: PoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    pool.#add(await options.open());
    return pool;
  }

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Threads that live now. */
  get size(): number {
    return this.#threads.size;
  }

  /** Raises SESSION_BUSY where as many jobs wait as may. */
  submit(job: Job): void {
    const { waitingMax } = this.#options;
    if (this.#queue.length >= waitingMax) {
      throw fail('SESSION_BUSY', { message: `${waitingMax} calls wait for the model already.` });
    }
    this.#queue.push(job);
    this.#handOut();
  }

  /** Waits for the jobs that were submitted, then ends the workers. */
  async close(): Promise<void> {
    if (!this.#isQuiet()) await new Promise<void>((resolve) => this.#quiet.push(resolve));
    await Promise.all(Array.from(this.#threads, (thread) => thread.close()));
  }

  #handOut(): void {
    for (let job = this.#queue[0]; job !== undefined; job = this.#queue[0]) {
      const thread = job.isHandedOut ? undefined : this.#free();
      if (thread !== undefined) this.#give(thread, job);
      if (job.isHandedOut) this.#queue.shift();
      else if (thread === undefined) break;
    }
    if (this.#queue.length > 0) this.#grow();
  }

  /** A thread may have ended a moment ago, before its end was told. */
  #free(): PoolThread | undefined {
    for (let thread = this.#idle.pop(); thread !== undefined; thread = this.#idle.pop()) {
      if (!thread.isLost) return thread;
      this.#remove(thread);
    }
    return undefined;
  }

  #give(thread: PoolThread, job: Job): void {
    const piece = job.next();
    if (piece === null) {
      this.#idle.push(thread);
      return;
    }
    const after = () => {
      if (!thread.isLost) this.#idle.push(thread);
      this.#handOut();
      this.#tellQuiet();
    };
    thread.ask(piece.question, piece.transfer).then(
      (value) => {
        piece.answered(value);
        after();
      },
      (thrown: unknown) => {
        job.fail(thrown);
        if (thread.isLost) this.#remove(thread);
        after();
      },
    );
  }

  #grow(): void {
    const wanted = Math.min(this.#queue.length, this.#options.workersMax - this.#threads.size);
    if (this.#isFull || this.#opening >= wanted) return;
    this.#opening += 1;
    this.#options.open().then(
      (thread) => {
        this.#opening -= 1;
        this.#add(thread);
        this.#handOut();
        this.#tellQuiet();
      },
      (thrown: unknown) => {
        this.#opening -= 1;
        if (this.#threads.size > 0) this.#isFull = true;
        else if (this.#opening === 0) for (const job of this.#queue.splice(0)) job.fail(thrown);
        this.#tellQuiet();
      },
    );
    this.#grow();
  }

  #add(thread: PoolThread): void {
    this.#threads.add(thread);
    this.#idle.push(thread);
    thread.onEnd(() => this.#remove(thread));
  }

  #remove(thread: PoolThread): void {
    this.#isFull = false;
    this.#threads.delete(thread);
    const at = this.#idle.indexOf(thread);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  #isQuiet(): boolean {
    return this.#queue.length === 0 && this.#opening === 0 && this.#idle.length === this.#threads.size;
  }

  #tellQuiet(): void {
    if (this.#isQuiet()) for (const resolve of this.#quiet.splice(0)) resolve();
  }
}
