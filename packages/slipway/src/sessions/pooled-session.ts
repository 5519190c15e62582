import { availableParallelism } from 'node:os';
import {
  type After,
  assert,
  Batcher,
  type BatchMeter,
  type Clock,
  type FeatureBatch,
  fail,
  hasLoop,
  type LaneValues,
  LatencyModel,
  type RunLimits,
  type Session,
} from '@slipway/core';
import { systemClock } from '../system/clock.ts';
import { afterTimeoutAwake } from '../system/timers.ts';
import { emptyLanes, lanesOver } from './lanes.ts';
import { PoolProcess } from './pool-process.ts';
import { PoolThread } from './pool-thread.ts';
import type { PieceAnswer, PoolSetup } from './pool-worker.ts';
import { type PlanOptions, planSession, type SessionPlan } from './session-plan.ts';
import { sharedPlan } from './shared-plan.ts';
import { warmUp } from './warm-up.ts';
import { workerFile } from './worker-file.ts';
import { WorkerPool } from './worker-pool.ts';

export interface PooledOptions extends PlanOptions {
  /** Worker threads, each with the model loaded for itself; `defaultWorkers` by default. */
  readonly workers?: number;
  /** Threads inside ONNX Runtime, in each worker. More than 1 changes the order of float32 sums. */
  readonly threads?: number;
  /** Calls that may wait for a worker. */
  readonly waitingMax?: number;
  /** Rows that the model answers, to warm it up with; zeros and ones by default. */
  readonly probe?: FeatureBatch;
  /** Told of runs, waits, refusals and what was learned. */
  readonly meter?: BatchMeter | null;
  /** How long a run may go on that nobody waits for any more; then its worker is replaced. */
  readonly graceMs?: number;
  /** How long a warm-up may take; then the model is served as one of which nothing is known. */
  readonly warmUpMsMax?: number;
  /** How long `close` waits for calls to be answered. */
  readonly closeMsMax?: number;
  readonly clock?: Pick<Clock, 'monotonicMs'>;
  readonly after?: After;
}

/** Workers past this many share the memory's bandwidth more than they add to the work. */
const workersMax = 4;

/** All workers together load at most this many bytes of model, unless one of it is larger. */
const loadedBytesMax = 2 ** 30;

/** Calls that wait at most, unless the caller says otherwise: at 10 ms each and four workers, two seconds of work. */
const waitingCallsMax = 1000;
const waitingRowsMax = 1_000_000;
const waitingBytesMax = 2 ** 28;

const graceMsDefault = 1000;
const closeMsMaxDefault = 30_000;
const warmUpMsMaxDefault = 2000;

/** One worker a core, at most four, and fewer where the model is large: each loads it for itself. */
export function defaultWorkers(modelBytes: number, cores = availableParallelism()): number {
  return Math.max(1, Math.min(cores, workersMax, Math.floor(loadedBytesMax / modelBytes)));
}

/**
 * A session that runs any ONNX model in worker threads, so that the calling thread stays free; in processes, which can be
 * ended whatever they do, where the model has a Loop and so may run for ever. Calls may overlap: those that wait share
 * runs where that pays and the model's answer for a row does not depend on the rows beside it, and a large one is run by
 * all workers together. The columns of a batch are read until its promise settles.
 *
 * Raises ARTIFACT_UNSUPPORTED; `run` raises MODEL_FAILED, DEADLINE_EXCEEDED at the deadline and CALLER_GONE as its limits
 * say, SESSION_STOPPED where the worker is lost that ran it (the next call gets another), and SESSION_BUSY where as many
 * calls wait as may, or the deadline can't be met.
 */
export async function openPooledSession(options: PooledOptions): Promise<Session> {
  const { binding, bytes, workers = defaultWorkers(bytes.length), closeMsMax = closeMsMaxDefault } = options;
  const { after = afterTimeoutAwake } = options;
  assert(workers >= 1, 'a pool has a worker');
  const plan = planSession(options);
  const pool = await openPool(plan, options, workers);
  const batcher = await openBatcher(plan, options, pool);
  let closed: Promise<void> | null = null;
  const run = async (batch: FeatureBatch, limits?: RunLimits): Promise<readonly LaneValues[]> => {
    assert(closed === null, 'a session is not used after it was closed');
    if (batch.rows === 0) return emptyLanes(plan.outputs);
    const rowsPerPiece = pieceRows(plan, batch.rows, workers);
    return batcher.run({ batch, bytes: bytesOf(batch), rowsPerPiece, limits });
  };
  const close = async () => {
    const message = `A run of the model did not end within ${closeMsMax} ms after the session was closed.`;
    const cancel = after(closeMsMax, () => batcher.abort(fail('SESSION_STOPPED', { message })));
    await batcher.idle();
    cancel();
    await pool.close();
  };
  return {
    engine: 'onnxruntime',
    binding,
    run,
    row: null,
    rowsWithin: (ms) => batcher.rowsWithin(ms),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

function openPool(plan: SessionPlan, { model, threads = 1 }: PooledOptions, workers: number): Promise<WorkerPool> {
  const read = (answer: unknown, rows: number) => lanesOf(plan, answer as PieceAnswer, rows);
  if (hasLoop(model)) {
    const setup: PoolSetup = { plan, threads };
    return WorkerPool.open({ workersMax: workers, read, open: () => PoolProcess.open(workerFile('pool-host'), setup) });
  }
  const setup: PoolSetup = { plan: sharedPlan(plan), threads };
  const open = () => PoolThread.open({ worker: workerFile('pool-worker'), setup });
  return WorkerPool.open({ workersMax: workers, read, open });
}

/** Warmed up by calls of its own kind, which have a deadline: a model that hangs on them is opened all the same. */
async function openBatcher(plan: SessionPlan, options: PooledOptions, pool: WorkerPool): Promise<Batcher> {
  const { clock = systemClock, after = afterTimeoutAwake, graceMs = graceMsDefault, meter = null } = options;
  const { warmUpMsMax = warmUpMsMaxDefault } = options;
  const { rowsMin, rowsMax } = plan.calls;
  const common = {
    clock,
    after,
    executors: pool,
    rowsMin,
    rowsMax,
    waitingMax: { calls: options.waitingMax ?? waitingCallsMax, rows: waitingRowsMax, bytes: waitingBytesMax },
    graceMs,
  };
  const nowMs = () => clock.monotonicMs();
  const model = new LatencyModel();
  const cold = new Batcher({ ...common, model: new LatencyModel(), mixes: false, graceMs: 0, meter: null });
  const limits: RunLimits = { deadlineMs: nowMs() + warmUpMsMax, isCancelled: () => false, onCancel: () => {} };
  const run = (batch: FeatureBatch) => cold.run({ batch, bytes: 0, rowsPerPiece: rowsMax, limits });
  const given = { plan, binding: options.binding, run, nowMs, model, probe: options.probe ?? null };
  const mixes = await warmUp(given);
  await cold.idle();
  return new Batcher({ ...common, model, mixes, meter });
}

function pieceRows({ calls }: SessionPlan, rows: number, workers: number): number {
  const share = Math.ceil(rows / workers / calls.rowsPerWorker) * calls.rowsPerWorker;
  return Math.min(calls.rowsMax, share);
}

function lanesOf({ outputs }: SessionPlan, { buffer, texts }: PieceAnswer, rows: number): readonly LaneValues[] {
  return lanesOver(outputs, rows, buffer).map((lane, index) => texts[index] ?? lane);
}

/** What a text weighs besides its characters. */
const textBytes = 16;

function bytesOf({ columns }: FeatureBatch): number {
  return columns.reduce((sum, column) => {
    if (column instanceof Float64Array) return sum + column.byteLength;
    return column.reduce((all, text) => all + 2 * text.length + textBytes, sum);
  }, 0);
}
