import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { fail, type SlipwayError } from '@slipway/core';
import { type PortableError, reviveError } from './portable-error.ts';

/** Whose turn it is, in the one shared word between two threads. */
export const turn = { asker: 0, answerer: 1, gone: 2 } as const;

/** What the worker finds as its `workerData`. */
export interface LinkData<T> {
  readonly link: { readonly port: MessagePort; readonly state: Int32Array };
  readonly setup: T;
}

export type Answer = { readonly value: unknown } | { readonly error: PortableError };

export interface LinkOptions<T> {
  readonly worker: URL;
  /** For the worker's `answerQuestions`. */
  readonly setup: T;
  /** A worker that takes longer for an answer is given up. */
  readonly answerMsMax: number;
  /** JavaScript memory of the worker; Node's own limit by default. */
  readonly heapMegabytesMax?: number;
}

/** How often a waiting thread looks whether the other one still lives. */
const lookMs = 100;

/**
 * A worker thread that is asked and answers while the asking thread stands still: no promise, no event loop. One
 * question at a time. A worker that dies or stays silent ends in SESSION_STOPPED, then and on every later call.
 */
export class ThreadLink {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #state: Int32Array;
  readonly #answerMsMax: number;
  readonly #exited: Promise<void>;
  #stopped: SlipwayError | null = null;

  /** Starts the worker and waits for its first answer, which says that it is ready. Raises what the worker raises. */
  static async open<T>(options: LinkOptions<T>): Promise<ThreadLink> {
    const link = new ThreadLink(options);
    await link.#ready();
    // A program that forgets to close its sessions still ends.
    link.#worker.unref();
    link.#port.unref();
    return link;
  }

  constructor({ worker, setup, answerMsMax, heapMegabytesMax }: LinkOptions<unknown>) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#state = new Int32Array(new SharedArrayBuffer(4));
    this.#state[0] = turn.answerer;
    this.#answerMsMax = answerMsMax;
    const workerData: LinkData<unknown> = { link: { port: port2, state: this.#state }, setup };
    const resourceLimits = heapMegabytesMax === undefined ? {} : { maxOldGenerationSizeMb: heapMegabytesMax };
    const transferList = [port2];
    // Flags of the program are for its own file: a worker refuses --input-type, for one.
    this.#worker = new Worker(worker, {
      workerData,
      transferList,
      name: 'slipway-model',
      resourceLimits,
      execArgv: [],
    });
    this.#worker.on('error', (cause) => this.#stop(`It ended with: ${cause.message}`, cause));
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
  }

  /** Raises SESSION_STOPPED where the worker is known to be lost. */
  expectAlive(): void {
    if (this.#stopped !== null) throw this.#stopped;
  }

  /** Hands a question over; the worker starts at once. */
  ask(question: unknown): void {
    this.expectAlive();
    this.#port.postMessage(question);
    Atomics.store(this.#state, 0, turn.answerer);
    Atomics.notify(this.#state, 0);
  }

  /** Stands still until the answer is there. Raises the worker's error, or SESSION_STOPPED. */
  receive(): unknown {
    this.#wait();
    const received = receiveMessageOnPort(this.#port) as { message: Answer } | undefined;
    if (received === undefined) throw this.#stop('It gave no answer.');
    if ('error' in received.message) throw reviveError(received.message.error);
    return received.message.value;
  }

  async close(): Promise<void> {
    this.#stop('It was closed.');
    await this.#worker.terminate();
  }

  async #ready(): Promise<void> {
    const answered = new Promise<Answer>((resolve) => this.#port.once('message', resolve));
    // A worker that could not open answers and ends at once: its end may be told before its answer.
    const lastWord = () => (receiveMessageOnPort(this.#port) as { message: Answer } | undefined)?.message;
    const answer = await Promise.race([answered, this.#exited.then(lastWord)]);
    if (answer === undefined) throw this.#stop('It ended before it was ready.');
    if ('error' in answer) {
      await this.close();
      throw reviveError(answer.error);
    }
    // The message may be here a moment before the turn is.
    this.#wait();
    if (!this.#isAlive()) throw this.#stop('It ended when it was ready.');
  }

  /**
   * Whatever ended a thread, for example a lack of memory that left it no time for a word, its event loop has no clock
   * any more. The exit event can't tell: it arrives only when this thread stops waiting.
   */
  #isAlive(): boolean {
    const { active, idle } = this.#worker.performance.eventLoopUtilization();
    return active > 0 && idle >= 0;
  }

  /** Stands still until it is this thread's turn. */
  #wait(): void {
    for (let waitedMs = 0; ; waitedMs += lookMs) {
      const woken = Atomics.wait(this.#state, 0, turn.answerer, lookMs);
      if (woken !== 'timed-out') break;
      if (!this.#isAlive()) throw this.#stop('It ended before it answered.');
      if (waitedMs >= this.#answerMsMax) throw this.#giveUp();
    }
    if (Atomics.load(this.#state, 0) === turn.gone) throw this.#stop('It ended before it answered.');
  }

  #giveUp(): SlipwayError {
    void this.#worker.terminate();
    return this.#stop(`It did not answer within ${this.#answerMsMax} ms.`);
  }

  #stop(reason: string, cause?: unknown): SlipwayError {
    this.#stopped ??= fail('SESSION_STOPPED', { message: `A thread that runs the model stopped. ${reason}`, cause });
    return this.#stopped;
  }
}
