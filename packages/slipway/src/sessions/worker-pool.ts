import { assert, type Execution, type Executors, type LaneValues, type Slice } from '@slipway/core';
import { joinSlices } from './join-slices.ts';

/** What runs one batch after the other: a thread, or a process. */
export interface PoolWorker {
  /** It has ended, or was given up. */
  readonly isLost: boolean;
  onEnd(listener: () => void): void;
  /** The buffers of `transfer` are the worker's from then on. Raises SESSION_STOPPED where it is lost. */
  ask(question: unknown, transfer: readonly ArrayBuffer[]): Promise<unknown>;
  /** Lets it end when it has answered. */
  close(): Promise<void>;
  /** Ends it whatever it does, as soon as that can be; its question is not answered. */
  kill(): void;
}

export interface PoolOptions {
  readonly workersMax: number;
  readonly open: () => Promise<PoolWorker>;
  /** The values of all lanes in a worker's answer, which is for so many rows. */
  readonly read: (answer: unknown, rows: number) => readonly LaneValues[];
}

/**
 * Workers for the runs of a batcher. The first one is opened at once, each further one when runs wait and all are busy.
 * One that is lost or given up leaves its place to another, which is opened when it is wanted.
 *
 * A thread that is given up ends only when native code lets it. Until then it counts as a ghost: as many as there may be
 * workers may be ghosts beside those that work, so that a machine is not overrun by them.
 */
export class WorkerPool implements Executors {
  readonly #options: PoolOptions;
  readonly #workers = new Set<PoolWorker>();
  readonly #idle: PoolWorker[] = [];
  readonly #ghosts = new Set<PoolWorker>();
  readonly #openings = new Set<Promise<void>>();
  #listener: Parameters<Executors['listen']>[0] = { free: () => {}, failed: () => {} };
  /** A worker could not be opened: those that there are go on alone until one of them is lost. */
  #isFull = false;
  #isClosed = false;

  /** Raises what opening the first worker raises. */
  static async open(options: PoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    pool.#add(await options.open());
    return pool;
  }

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get max(): number {
    return this.#options.workersMax;
  }

  /** Workers that live now, without ghosts. */
  get size(): number {
    return this.#workers.size;
  }

  free(): number {
    // A worker may have ended a moment ago, before its end was told.
    for (const worker of [...this.#idle]) if (worker.isLost) this.#remove(worker);
    return this.#idle.length;
  }

  listen(listener: Parameters<Executors['listen']>[0]): void {
    this.#listener = listener;
  }

  start(slices: readonly Slice[]): Execution {
    const worker = this.#idle.pop();
    assert(worker !== undefined, 'a run is started where a worker is free');
    const { batch, transfer } = joinSlices(slices);
    const lanes = worker.ask(batch, transfer).then(
      (answer) => {
        this.#release(worker);
        return this.#options.read(answer, batch.rows);
      },
      (thrown: unknown) => {
        this.#release(worker);
        throw thrown;
      },
    );
    return { lanes, abandon: () => this.#abandon(worker) };
  }

  want(runs: number): void {
    const places = Math.min(this.max - this.#workers.size, 2 * this.max - this.#workers.size - this.#ghosts.size);
    const wanted = Math.min(runs, places);
    while (!this.#isFull && !this.#isClosed && this.#openings.size < wanted) this.#open();
  }

  /** Ends the workers, each as soon as it has nothing to do. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#openings);
    await Promise.all(Array.from(this.#workers, (worker) => worker.close()));
  }

  #release(worker: PoolWorker): void {
    if (worker.isLost) this.#remove(worker);
    else this.#idle.push(worker);
  }

  #abandon(worker: PoolWorker): void {
    this.#remove(worker);
    this.#ghosts.add(worker);
    worker.onEnd(() => {
      this.#ghosts.delete(worker);
      this.#listener.free();
    });
    worker.kill();
  }

  #open(): void {
    const opening = this.#options.open().then(
      (worker) => {
        this.#openings.delete(opening);
        this.#add(worker);
        this.#listener.free();
      },
      (thrown: unknown) => {
        this.#openings.delete(opening);
        if (this.#workers.size > 0) this.#isFull = true;
        else if (this.#openings.size === 0) this.#listener.failed(thrown);
      },
    );
    this.#openings.add(opening);
  }

  #add(worker: PoolWorker): void {
    this.#workers.add(worker);
    this.#idle.push(worker);
    worker.onEnd(() => this.#remove(worker));
  }

  #remove(worker: PoolWorker): void {
    this.#isFull = false;
    this.#workers.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}
