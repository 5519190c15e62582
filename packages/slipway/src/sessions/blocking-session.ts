import { assert, type FeatureBatch, type LaneValues, type Session, type SlipwayError } from '@slipway/core';
import { copyIn, createExchange, type Exchange, type Question, textsOf } from './blocking-exchange.ts';
import type { BlockingSetup } from './blocking-worker.ts';
import { emptyLanes, lanesOver, putLane, type TextLanes } from './lanes.ts';
import { type PlanOptions, planSession, type SessionPlan } from './session-plan.ts';
import { sharedPlan } from './shared-plan.ts';
import { ThreadLink } from './thread-link.ts';
import { workerFile } from './worker-file.ts';

export interface BlockingOptions extends PlanOptions {
  /** Worker threads that share the rows of a batch. */
  readonly workers?: number;
  /** Threads inside ONNX Runtime, in each worker. */
  readonly threads?: number;
  /** A batch that takes longer ends in SESSION_STOPPED. */
  readonly answerMsMax?: number;
}

/** Rows of a chunk of DuckDB's. */
const capacityMin = 2048;

/** Values of all columns, or of all lanes, that the shared memory holds at most: 32 MB of float64 each way. */
const sharedValuesMax = 2 ** 22;

/**
 * A session that answers at once although ONNX Runtime is asynchronous: worker threads run the model while the calling
 * thread stands still. For callers that can't wait for a promise, like a SQL function. Arrays of numbers lie in shared
 * memory. Raises ARTIFACT_UNSUPPORTED; `run` raises MODEL_FAILED, or SESSION_STOPPED when a worker is lost.
 */
export async function openBlockingSession(options: BlockingOptions): Promise<Session> {
  const { binding, workers = 1, threads = 1, answerMsMax = 600_000 } = options;
  const plan = planSession(options);
  const setup: BlockingSetup = { plan: sharedPlan(plan), threads, widths: binding.inputs.map((lane) => lane.width) };
  const opened = await Promise.allSettled(
    Array.from({ length: workers }, () =>
      ThreadLink.open({ worker: workerFile('blocking-worker'), setup, answerMsMax }),
    ),
  );
  const links = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = opened.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(links.map((link) => link.close()));
    throw failed.reason as SlipwayError;
  }
  const crew = new Crew(plan, options, links);
  return { engine: 'onnxruntime', binding, run: (batch) => crew.run(batch), row: null, close: () => crew.close() };
}

/** The workers, and the memory that they share with the calling thread. */
class Crew {
  readonly #plan: SessionPlan;
  readonly #options: BlockingOptions;
  readonly #links: readonly ThreadLink[];
  readonly #rowsMax: number;
  /** Workers that know the present exchange. */
  readonly #informed = new Set<ThreadLink>();
  #exchange: Exchange;
  #closed = false;

  constructor(plan: SessionPlan, options: BlockingOptions, links: readonly ThreadLink[]) {
    this.#plan = plan;
    this.#options = options;
    this.#links = links;
    const width = options.binding.inputs.reduce((sum, lane) => sum + lane.width, 0);
    this.#rowsMax = Math.max(64, Math.floor(sharedValuesMax / Math.max(width, plan.outputs.length, 1)));
    this.#exchange = createExchange(options.binding, Math.min(capacityMin, this.#rowsMax));
  }

  run(batch: FeatureBatch): readonly LaneValues[] {
    assert(!this.#closed, 'a session is not used after it was closed');
    if (batch.rows === 0) return emptyLanes(this.#plan.outputs);
    // All or none is asked: an answer left over would be taken for that of the next batch.
    for (const link of this.#links) link.expectAlive();
    return batch.rows <= this.#rowsMax ? this.#round(batch) : this.#rounds(batch);
  }

  /** Rows that the shared memory does not hold at once, one part after the other. */
  #rounds({ rows, columns }: FeatureBatch): readonly LaneValues[] {
    const joined = lanesOver(this.#plan.outputs, rows);
    for (let from = 0; from < rows; from += this.#rowsMax) {
      const to = Math.min(rows, from + this.#rowsMax);
      const part = columns.map((column) => {
        const width = column.length / rows;
        return column.slice(from * width, to * width);
      });
      const lanes = this.#round({ rows: to - from, columns: part });
      for (const [index, target] of joined.entries()) putLane(target, lanes[index] as LaneValues, from);
    }
    return joined;
  }

  #round(batch: FeatureBatch): readonly LaneValues[] {
    this.#reserve(batch.rows);
    copyIn(this.#exchange, batch);
    const asked = this.#ask(batch);
    return this.#lanes(batch.rows, this.#receive(asked));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#links.map((link) => link.close()));
  }

  #reserve(rows: number): void {
    if (rows <= this.#exchange.capacity) return;
    this.#exchange = createExchange(
      this.#options.binding,
      Math.min(this.#rowsMax, Math.max(rows, 2 * this.#exchange.capacity)),
    );
    this.#informed.clear();
  }

  #ask(batch: FeatureBatch): ThreadLink[] {
    const share = Math.max(this.#plan.calls.rowsPerWorker, Math.ceil(batch.rows / this.#links.length));
    const asked: ThreadLink[] = [];
    for (const link of this.#links) {
      const from = asked.length * share;
      const to = Math.min(batch.rows, from + share);
      if (from >= to) break;
      const exchange = this.#informed.has(link) ? null : this.#exchange;
      const question: Question = { from, to, exchange, texts: textsOf(this.#exchange, batch, from, to) };
      link.ask(question);
      this.#informed.add(link);
      asked.push(link);
    }
    return asked;
  }

  /** Every worker is heard, also after one has failed. */
  #receive(asked: readonly ThreadLink[]): TextLanes[] {
    const answers: TextLanes[] = [];
    let failure: unknown = null;
    for (const link of asked) {
      try {
        answers.push(link.receive() as TextLanes);
      } catch (thrown) {
        failure ??= thrown;
      }
    }
    if (failure !== null) throw failure;
    return answers;
  }

  #lanes(rows: number, texts: readonly TextLanes[]): LaneValues[] {
    return this.#exchange.lanes.map((shared, lane) =>
      shared === null ? texts.flatMap((answer) => answer[lane] ?? []) : shared.subarray(0, rows),
    );
  }
}
