import { type ChildProcess, fork } from 'node:child_process';
import { fail, type SlipwayError } from '@slipway/core';
import type { HostQuestion } from './pool-host.ts';
import type { PoolAnswer } from './pool-thread.ts';
import { closeQuestion } from './pool-thread.ts';
import { reviveError } from './portable-error.ts';
import type { PoolWorker } from './worker-pool.ts';

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: SlipwayError) => void;
}

/**
 * A process that is asked with a promise, one question at a time: for models that may run for ever, since only a process
 * can be ended whatever it does. One that dies ends in SESSION_STOPPED, and this program lives on.
 */
export class PoolProcess implements PoolWorker {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #endListeners: (() => void)[] = [];
  #waiter: Waiter | null = null;
  #stopped: SlipwayError | null = null;

  /** Starts the process and waits until its model is open. Raises what it raises, or SESSION_STOPPED. */
  static async open(host: URL, setup: HostQuestion): Promise<PoolProcess> {
    const opened = new PoolProcess(host);
    try {
      await opened.#question(setup);
    } catch (thrown) {
      opened.kill();
      throw thrown;
    }
    opened.#rest();
    return opened;
  }

  constructor(host: URL) {
    // What the model prints is none of the program's output.
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
    this.#child = fork(host, { serialization: 'advanced', execArgv: [], stdio: [...stdio] });
    this.#child.on('message', (answer: PoolAnswer) => this.#settle(answer));
    this.#child.on('error', (cause) => this.#stop(`It ended with: ${cause.message}`, cause));
    this.#ended = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.once('exit', () => {
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

  async ask(question: HostQuestion): Promise<unknown> {
    if (this.#stopped !== null) throw this.#stopped;
    this.#child.ref();
    this.#child.channel?.ref();
    try {
      return await this.#question(question);
    } finally {
      this.#rest();
    }
  }

  async close(): Promise<void> {
    if (this.#stopped === null) {
      this.#child.ref();
      this.#child.send(closeQuestion);
    }
    await this.#ended;
  }

  kill(): void {
    this.#stop('It was given up, since nobody waited for it any more.');
    this.#child.kill('SIGKILL');
  }

  /** Keeps the program alive while it has a question to answer, and only then. */
  #rest(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  #question(question: HostQuestion): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
      this.#child.send(question, (cause) => {
        if (cause !== null) this.#stop(`It could not be asked: ${cause.message}`, cause);
      });
    });
  }

  #settle(answer: PoolAnswer): void {
    const waiter = this.#waiter;
    this.#waiter = null;
    if ('error' in answer) waiter?.reject(reviveError(answer.error));
    else waiter?.resolve(answer.value);
  }

  #stop(reason: string, cause?: unknown): void {
    this.#stopped ??= fail('SESSION_STOPPED', { message: `A process that runs the model stopped. ${reason}`, cause });
    this.#waiter?.reject(this.#stopped);
    this.#waiter = null;
  }
}
