import { Worker } from 'node:worker_threads';
import { fail, type SlipwayError } from '@slipway/core';
import { type PortableError, reviveError } from './portable-error.ts';
import type { PoolWorker } from './worker-pool.ts';

/** What a worker of a pool posts: at first once, that it is ready or why not; then one answer a question. */
export type PoolAnswer = { readonly value: unknown } | { readonly error: PortableError };

/** The question after which a worker releases what it holds and ends. */
export const closeQuestion = 'close';

export interface PoolThreadOptions {
  readonly worker: URL;
  /** The worker's `workerData`. */
  readonly setup: unknown;
}

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: SlipwayError) => void;
}

/**
 * A worker thread that is asked with a promise, one question at a time. A worker that dies ends in SESSION_STOPPED.
 * Keeps the program alive while it has a question to answer, and only then.
 *
 * Native code can't be stopped from outside: a thread that is given up within a run of the model ends when that run does.
 */
export class PoolThread implements PoolWorker {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #endListeners: (() => void)[] = [];
  #waiter: Waiter | null = null;
  #stopped: SlipwayError | null = null;

  /** Starts the worker and waits until it is ready. Raises what the worker raises, or SESSION_STOPPED. */
  static async open(options: PoolThreadOptions): Promise<PoolThread> {
    const thread = new PoolThread(options);
    try {
      await thread.#wait();
    } catch (thrown) {
      await thread.#worker.terminate();
      throw thrown;
    }
    thread.#worker.unref();
    return thread;
  }

  constructor({ worker, setup }: PoolThreadOptions) {
    // Flags of the program are for its own file: a worker refuses --input-type, for one.
    this.#worker = new Worker(worker, { workerData: setup, name: 'slipway-model', execArgv: [] });
    this.#worker.on('message', (answer: PoolAnswer) => this.#settle(answer));
    this.#worker.on('messageerror', (cause) => this.#stop('Its answer could not be read.', cause));
    this.#worker.on('error', (cause) => this.#stop(`It ended with: ${cause.message}`, cause));
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.once('exit', () => {
      this.#stop('It ended before it answered.');
      for (const listener of this.#endListeners) listener();
    });
  }

  get isLost(): boolean {
    return this.#stopped !== null;
  }

  onEnd(listener: () => void): void {
    this.#endListeners.push(listener);
  }

  /** Hands a question over and answers what the worker does. The buffers of `transfer` are the worker's from then on. */
  async ask(question: unknown, transfer: readonly ArrayBuffer[]): Promise<unknown> {
    if (this.#stopped !== null) throw this.#stopped;
    this.#worker.ref();
    const answer = this.#wait();
    this.#worker.postMessage(question, transfer);
    try {
      return await answer;
    } finally {
      this.#worker.unref();
    }
  }

  /** Lets the worker release its model and end. */
  async close(): Promise<void> {
    if (this.#stopped === null) {
      this.#worker.ref();
      this.#worker.postMessage(closeQuestion);
    }
    await this.#ended;
  }

  kill(): void {
    this.#stop('It was given up, since nobody waited for it any more.');
    this.#worker.unref();
    // It ends by itself after its run: the addon raises in a thread that is terminated meanwhile, which aborts the process.
    this.#worker.postMessage(closeQuestion);
  }

  #wait(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  #settle(answer: PoolAnswer): void {
    const waiter = this.#waiter;
    this.#waiter = null;
    if ('error' in answer) waiter?.reject(reviveError(answer.error));
    else waiter?.resolve(answer.value);
  }

  #stop(reason: string, cause?: unknown): void {
    this.#stopped ??= fail('SESSION_STOPPED', { message: `A thread that runs the model stopped. ${reason}`, cause });
    this.#waiter?.reject(this.#stopped);
    this.#waiter = null;
  }
}
