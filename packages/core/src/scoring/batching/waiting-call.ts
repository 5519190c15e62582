import type { SlipwayError } from '../../errors/index.ts';
import { type FeatureBatch, isTextLane, type LaneValues, type RunLimits, type RunObserver } from '../../model/index.ts';

/** A call from its arrival to its answer. Its rows may go to the model in several runs, and with those of others. */
export class WaitingCall {
  readonly batch: FeatureBatch;
  readonly rows: number;
  readonly bytes: number;
  readonly rowsPerPiece: number;
  readonly arrivedMs: number;
  readonly deadlineMs: number;
  readonly turn: number;
  readonly trace: RunObserver | null;
  readonly answer: Promise<readonly LaneValues[]>;
  handedOut = 0;
  readonly #settle: { resolve: (lanes: readonly LaneValues[]) => void; reject: (thrown: unknown) => void };
  #answered = 0;
  #joined: LaneValues[] | null = null;
  #isDone = false;

  constructor(given: {
    readonly batch: FeatureBatch;
    readonly bytes: number;
    readonly rowsPerPiece: number;
    /** Its arrival. */
    readonly nowMs: number;
    readonly deadlineMs: number;
    readonly turn: number;
    readonly limits: RunLimits | undefined;
  }) {
    this.batch = given.batch;
    this.rows = given.batch.rows;
    this.bytes = given.bytes;
    this.rowsPerPiece = given.rowsPerPiece;
    this.arrivedMs = given.nowMs;
    this.deadlineMs = given.deadlineMs;
    this.turn = given.turn;
    this.trace = given.limits?.trace ?? null;
    const { promise, resolve, reject } = Promise.withResolvers<readonly LaneValues[]>();
    this.answer = promise;
    this.#settle = { resolve, reject };
  }

  /** The first of its rows go to the model. Answers how long it has waited. */
  begin(nowMs: number): number {
    this.trace?.waited(this.arrivedMs, nowMs);
    return nowMs - this.arrivedMs;
  }

  /** True when it is answered, in whichever way. */
  get isDone(): boolean {
    return this.#isDone;
  }

  get rowsLeft(): number {
    return this.rows - this.handedOut;
  }

  fail(thrown: SlipwayError | unknown): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#joined = null;
    this.#settle.reject(thrown);
  }

  /** Takes the values of rows `from` to `to`, which stand at `at` in the lanes of a run. True where they are the last. */
  take(lanes: readonly LaneValues[], at: number, from: number, to: number): boolean {
    if (this.#isDone) return false;
    const rows = to - from;
    const own = lanes.map((lane) => (lane.length === rows ? lane : part(lane, at, at + rows)));
    this.#answered += rows;
    if (rows === this.rows) return this.#finish(own);
    this.#joined ??= own.map((lane) => emptyLike(lane, this.rows));
    for (const [index, lane] of own.entries()) put(this.#joined[index] as LaneValues, lane, from);
    return this.#answered === this.rows && this.#finish(this.#joined);
  }

  #finish(lanes: readonly LaneValues[]): true {
    this.#isDone = true;
    this.#settle.resolve(lanes);
    return true;
  }
}

function part(lane: LaneValues, from: number, to: number): LaneValues {
  return isTextLane(lane) ? lane.slice(from, to) : lane.subarray(from, to);
}

function emptyLike(lane: LaneValues, rows: number): LaneValues {
  if (isTextLane(lane)) return new Array<string>(rows).fill('');
  if (lane instanceof Float32Array) return new Float32Array(rows);
  return lane instanceof Int32Array ? new Int32Array(rows) : new Float64Array(rows);
}

function put(target: LaneValues, lane: LaneValues, from: number): void {
  if (isTextLane(target))
    for (let row = 0; row < lane.length; row++) (target as string[])[from + row] = lane[row] as string;
  else target.set(lane as Float64Array, from);
}
