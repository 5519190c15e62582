import cluster, { type Worker } from 'node:cluster';
import type { After } from '../../system/timers.ts';
import type { Deed } from '../operate/deed.ts';
import type { MergedMetrics, WorkerMetrics } from './merged-metrics.ts';
import { type FromSupervisor, type FromWorker, isOurs } from './messages.ts';
import { SharedDeeds } from './shared-deeds.ts';
import type { WorkerProcess } from './supervisor.ts';
import type { WorkerLinkOptions } from './worker-link.ts';

export interface ClusterOptions {
  readonly after: After;
  readonly metrics: MergedMetrics;
  /** Called with the ready line of each worker. */
  readonly onLine: (line: string) => void;
}

/** Tells a worker what the server was told to do before it was started. */
const deedsVariable = 'WORKER_DEEDS_OF_SLIPWAY';

/** Whether this process is a worker that a supervisor started. */
export function isWorker(): boolean {
  return cluster.isWorker;
}

/** The way of a worker to its supervisor, by the channel between the processes. */
export function processLink(): Pick<WorkerLinkOptions, 'send' | 'onMessage' | 'deeds'> {
  return {
    deeds: JSON.parse(process.env[deedsVariable] ?? '[]') as readonly Deed[],
    send(message) {
      if (!process.connected || process.send === undefined) return false;
      process.send(message, undefined, {}, () => {});
      return true;
    },
    onMessage: (listener) => {
      process.on('message', listener);
    },
  };
}

/** Closes the channel, which keeps a worker alive: it ends when nothing is left to do, with its own exit code. */
export function leaveSupervisor(): void {
  cluster.worker?.disconnect();
}

/** Starts workers as copies of this process: the same program, words and environment. They share the port. */
export function clusterWorkers({ metrics, after, onLine }: ClusterOptions): () => WorkerProcess {
  // The supervisor accepts connections and deals them out, so that one that no worker has taken outlives all of them.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const pages = new MetricsPages(metrics, after);
  const deeds = new SharedDeeds({
    workers: () => Object.values(cluster.workers ?? {}).flatMap((each) => (each?.isConnected() ? each.id : [])),
    send: (id, message) => void cluster.workers?.[id]?.send(message, () => {}),
  });
  return () => {
    const worker = cluster.fork({ [deedsVariable]: JSON.stringify(deeds.all()) });
    const ready: (() => void)[] = [];
    worker.on('message', (message: unknown) => {
      if (!isOurs(message)) return;
      const told = message as FromWorker;
      if (told.slipway === 'metrics') pages.told(worker, told.metrics as WorkerMetrics);
      else if (told.slipway === 'page') pages.ask(worker, told.id);
      else if (told.slipway === 'share') deeds.share(worker.id, told.id, told.deed);
      else if (told.slipway === 'tried') deeds.tried(worker.id, told.id);
      else {
        onLine(told.line);
        for (const listener of ready.splice(0)) listener();
      }
    });
    worker.once('exit', () => {
      pages.left(worker);
      deeds.left(worker.id);
    });
    return {
      pid: worker.process.pid ?? 0,
      drain: () => worker.process.kill('SIGTERM'),
      kill: () => worker.process.kill('SIGKILL'),
      onReady: (listener) => ready.push(listener),
      onEnd: (listener) => worker.once('exit', (code: number | null, signal: string | null) => listener(code, signal)),
    };
  };
}

/** A worker that is busy for longer is shown as it was when it last told. */
const tellMs = 500;

/** Pages of the metrics of all workers: each is asked how it stands, and what has come by then is shown. */
class MetricsPages {
  readonly #metrics: MergedMetrics;
  readonly #after: After;
  /** Workers of whom an answer is waited for, by page. */
  readonly #open = new Set<{ readonly left: Set<number>; readonly show: () => void }>();

  constructor(metrics: MergedMetrics, after: After) {
    this.#metrics = metrics;
    this.#after = after;
  }

  ask(worker: Worker, id: number): void {
    const others = Object.values(cluster.workers ?? {}).filter((each) => each?.isConnected() === true) as Worker[];
    const left = new Set(others.map((each) => each.id));
    const page = {
      left,
      show: () => {
        if (!this.#open.delete(page)) return;
        callOff();
        void this.#answer(worker, id);
      },
    };
    this.#open.add(page);
    const callOff = this.#after(tellMs, page.show);
    const tell: FromSupervisor = { slipway: 'tell' };
    for (const each of others) each.send(tell, () => {});
  }

  told(worker: Worker, metrics: WorkerMetrics): void {
    this.#metrics.update(worker.id, metrics);
    this.#settle(worker);
  }

  left(worker: Worker): void {
    this.#metrics.retire(worker.id);
    this.#settle(worker);
  }

  #settle(worker: Worker): void {
    for (const page of [...this.#open]) {
      page.left.delete(worker.id);
      if (page.left.size === 0) page.show();
    }
  }

  async #answer(worker: Worker, id: number): Promise<void> {
    const answer: FromSupervisor = { slipway: 'page', id, text: await this.#metrics.text() };
    if (worker.isConnected()) worker.send(answer, () => {});
  }
}
