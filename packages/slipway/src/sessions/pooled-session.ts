import { availableParallelism } from 'node:os';
import { assert, type FeatureBatch, type LaneValues, type Session } from '@slipway/core';
import { emptyLanes } from './lanes.ts';
import { PoolThread } from './pool-thread.ts';
import type { PoolSetup } from './pool-worker.ts';
import { PooledCall } from './pooled-call.ts';
import { type PlanOptions, planSession } from './session-plan.ts';
import { sharedPlan } from './shared-plan.ts';
import { workerFile } from './worker-file.ts';
import { WorkerPool } from './worker-pool.ts';

export interface PooledOptions extends PlanOptions {
  /** Worker threads, each with the model loaded for itself; `defaultWorkers` by default. */
  readonly workers?: number;
  /** Threads inside ONNX Runtime, in each worker. More than 1 changes the order of float32 sums. */
  readonly threads?: number;
  /** Calls that may wait for a worker. */
  readonly waitingMax?: number;
}

/** Workers past this many share the memory's bandwidth more than they add to the work. */
const workersMax = 4;

/** All workers together load at most this many bytes of model, unless one of it is larger. */
const loadedBytesMax = 2 ** 30;

/** Calls that wait at most, unless the caller says otherwise: at 10 ms each and four workers, two seconds of work. */
const waitingCallsMax = 1000;

/** One worker a core, at most four, and fewer where the model is large: each loads it for itself. */
export function defaultWorkers(modelBytes: number, cores = availableParallelism()): number {
  return Math.max(1, Math.min(cores, workersMax, Math.floor(loadedBytesMax / modelBytes)));
}

/**
 * A session that runs any ONNX model in worker threads, so that the calling thread stays free. Calls may overlap; they
 * are answered in the order in which they came, a large one by all workers together. The columns of a batch are read
 * until its promise settles. Raises ARTIFACT_UNSUPPORTED; `run` raises MODEL_FAILED, SESSION_STOPPED where the worker
 * is lost that ran it (the next call gets another), and SESSION_BUSY where `waitingMax` calls wait already.
 */
export async function openPooledSession(options: PooledOptions): Promise<Session> {
  const { binding, bytes, threads = 1, waitingMax = waitingCallsMax } = options;
  const { workers = defaultWorkers(bytes.length) } = options;
  assert(workers >= 1, 'a pool has a worker');
  const plan = planSession(options);
  const setup: PoolSetup = { plan: sharedPlan(plan), threads };
  const pool = await WorkerPool.open({
    workersMax: workers,
    waitingMax,
    open: () => PoolThread.open({ worker: workerFile('pool-worker'), setup }),
  });
  let closed: Promise<void> | null = null;
  const run = async (batch: FeatureBatch): Promise<readonly LaneValues[]> => {
    assert(closed === null, 'a session is not used after it was closed');
    if (batch.rows === 0) return emptyLanes(plan.outputs);
    const call = new PooledCall(plan, batch, workers);
    pool.submit(call);
    return call.lanes;
  };
  const close = () => {
    closed ??= pool.close();
    return closed;
  };
  return { engine: 'onnxruntime', binding, run, row: null, close };
}
