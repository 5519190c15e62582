import { assert } from '../../errors/index.ts';
import type { LaneValues } from '../../model/index.ts';
import { callerGone, deadlineExceeded } from '../limits.ts';
import { refusalOf } from './admission.ts';
import { ArrivalGap } from './arrival-gap.ts';
import type { BatchCall, BatcherOptions } from './batcher-options.ts';
import { CallQueue, type CallSlice, type Chosen } from './call-queue.ts';
import { rowsWithin, rowsWorthwhile } from './decisions.ts';
import { EarliestFirst } from './earliest-first.ts';
import { Hold } from './hold.ts';
import { IdleListeners } from './idle-listeners.ts';
import { OneTimer } from './one-timer.ts';
import type { BatchMeter, RejectReason } from './ports.ts';
import { quietMeter } from './quiet-meter.ts';
import { type Run, Running } from './running.ts';
import { WaitingCall } from './waiting-call.ts';

/**
 * The queue before a model, and what makes runs of it. A run starts whenever an executor is free: it takes the call
 * whose deadline is nearest, and with it the rows of further ones as far as that is worth it and no deadline suffers.
 * While all are busy, the next run grows. The first free one is held back for a moment only where that is sure to pay.
 *
 * Every call is answered once: with the values of its rows in their order; with DEADLINE_EXCEEDED at its deadline and
 * CALLER_GONE when its caller goes, wherever it is then; with SESSION_BUSY at once where it could not be answered in time;
 * with the error of its own rows. A run that fails with the rows of several calls is halved until the culprit is alone.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #queue = new CallQueue();
  readonly #running = new Running();
  /** Rows whose run with others failed: they go before all else. */
  readonly #retries: (readonly CallSlice[])[] = [];
  readonly #deadlines = new EarliestFirst<WaitingCall>((call) => ({ atMs: call.deadlineMs, turn: call.turn }));
  readonly #gap = new ArrivalGap();
  readonly #hold = new Hold();
  readonly #idle = new IdleListeners();
  readonly #timer: OneTimer;
  readonly #meter: BatchMeter;
  #live = 0;
  #turn = 0;
  /** Calls that a run may hold: halved when one fails, and one more after each that does not. */
  #callsMax = Number.POSITIVE_INFINITY;
  #isStarting = false;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#meter = quietMeter(options.meter);
    const turn = () => this.#turnWheel();
    this.#timer = new OneTimer(options.after, () => this.#nowMs(), turn);
    options.executors.listen({ free: turn, failed: (thrown) => this.#failWaiting(thrown) });
  }

  /** Raises SESSION_BUSY, DEADLINE_EXCEEDED or CALLER_GONE at once where the call is not taken. */
  run({ batch, bytes, rowsPerPiece, limits }: BatchCall): Promise<readonly LaneValues[]> {
    assert(batch.rows > 0, 'a call has rows');
    const nowMs = this.#nowMs();
    const deadlineMs = limits?.deadlineMs ?? Number.POSITIVE_INFINITY;
    if (limits?.isCancelled()) throw this.#rejected('cancelled', callerGone());
    if (deadlineMs <= nowMs) throw this.#rejected('deadline', deadlineExceeded());
    this.#gap.arrived(nowMs);
    this.#turn += 1;
    const call = new WaitingCall({ batch, bytes, rowsPerPiece, nowMs, deadlineMs, turn: this.#turn, limits });
    this.#admit(call, nowMs);
    limits?.onCancel(() => this.#leave(call, 'cancelled'));
    this.#live += 1;
    if (deadlineMs !== Number.POSITIVE_INFINITY) this.#deadlines.add(call);
    this.#queue.add(call);
    this.#turnWheel();
    return call.answer;
  }

  /** Rows that could be answered in so many milliseconds if they came all at once; null while that is not known. */
  rowsWithin(ms: number): number | null {
    const { model, executors } = this.#options;
    return model.isKnown ? rowsWithin(model, ms, this.#rowsWorthwhile(), executors.max) : null;
  }

  /** Resolves when all calls are answered and all runs have ended, or were given up. */
  idle(): Promise<void> {
    return this.#idle.wait(this.#isIdle);
  }

  /** Fails every call that is not answered, and gives up every run. */
  abort(thrown: unknown): void {
    this.#failWaiting(thrown);
    for (const run of [...this.#running]) {
      for (const { call } of run.slices) this.#fail(call, thrown);
      this.#abandon(run);
    }
    this.#idle.tell(this.#isIdle);
  }

  #admit(call: WaitingCall, nowMs: number): void {
    const { waitingMax, executors, model, rowsMin } = this.#options;
    const refusal = refusalOf(call, {
      nowMs,
      queue: this.#queue,
      running: this.#running,
      waitingMax,
      model,
      rowsMin,
      rowsGoal: this.#rowsWorthwhile(),
      free: this.#options.executors.free(),
      executorsMax: executors.max,
    });
    if (refusal !== null) throw this.#rejected(refusal.reason, refusal.error);
  }

  /** Answers who is late, gives up what nobody waits for, starts what can start, and sets the timer anew. */
  #turnWheel(): void {
    const nowMs = this.#nowMs();
    for (let call = this.#deadlines.first(); call !== undefined; call = this.#deadlines.first()) {
      if (call.deadlineMs > nowMs) break;
      this.#leave(call, 'deadline');
    }
    for (const run of [...this.#running]) if (run.abandonAtMs <= nowMs) this.#abandon(run);
    this.#startAll();
    this.#arm();
    this.#idle.tell(this.#isIdle);
  }

  #startAll(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    for (let chosen = this.#choose(); chosen !== null; chosen = this.#choose()) this.#start(chosen);
    this.#isStarting = false;
    const waiting = Math.ceil(this.#queue.rows / this.#rowsWorthwhile()) + this.#retries.length;
    if (waiting === 0 || this.#hold.releaseAtMs !== Number.POSITIVE_INFINITY) return;
    try {
      this.#options.executors.want(waiting);
    } catch (thrown) {
      if (this.#running.size === 0) this.#failWaiting(thrown);
    }
  }

  /** The next run, where there is one. An error in the choice costs the call that is first, so that no call is in the way. */
  #choose(): Chosen | null {
    for (;;) {
      try {
        return this.#next();
      } catch (thrown) {
        const first = this.#queue.first();
        if (first === undefined) return null;
        this.#fail(first, thrown);
      }
    }
  }

  /** Null where nobody is free, nothing waits, or it is better held back. */
  #next(): Chosen | null {
    const { releaseAtMs } = this.#hold;
    this.#hold.pause();
    const free = this.#options.executors.free();
    if (free === 0) return null;
    for (let retry = this.#retries.shift(); retry !== undefined; retry = this.#retries.shift()) {
      const wanted = retry.filter(({ call }) => !call.isDone);
      if (wanted.length > 0) return { slices: wanted, isRetry: true };
    }
    if (this.#queue.calls === 0) return null;
    const { model, mixes } = this.#options;
    const nowMs = this.#nowMs();
    const worth = this.#rowsWorthwhile();
    if (free === 1 && nowMs < releaseAtMs && this.#holdsBack(nowMs, worth)) return null;
    this.#hold.end();
    const slices = this.#queue.take({
      rowsGoal: Math.min(worth, Math.ceil(this.#queue.rows / free)),
      callsMax: mixes ? this.#callsMax : 1,
      fits: (rows, deadlineMs) => nowMs + model.slowMs(rows) <= deadlineMs,
    });
    return { slices, isRetry: false };
  }

  #holdsBack(nowMs: number, worth: number): boolean {
    const { model, mixes } = this.#options;
    const { rows } = this.#queue;
    if (!mixes || this.#callsMax === 1 || rows >= worth) return false;
    const deadlineMs = this.#deadlines.first()?.deadlineMs ?? Number.POSITIVE_INFINITY;
    return this.#hold.begins({ model, rows, gapMs: this.#gap.expectedMs(nowMs), nowMs, deadlineMs });
  }

  #start({ slices, isRetry }: Chosen): void {
    const nowMs = this.#nowMs();
    const rows = slices.reduce((sum, { from, to }) => sum + to - from, 0);
    this.#meter.run(rows, slices.length);
    for (const { call, from } of slices) if (from === 0 && !isRetry) this.#meter.wait(call.begin(nowMs));
    try {
      const given = slices.map(({ call, from, to }) => ({ batch: call.batch, from, to }));
      const execution = this.#options.executors.start(given);
      const run: Run = { slices, rows, startedMs: nowMs, execution, isRetry, abandonAtMs: Number.POSITIVE_INFINITY };
      this.#running.add(run);
      execution.lanes.then(
        (lanes) => this.#ended(run, () => this.#answer(run, lanes)),
        (thrown: unknown) => this.#ended(run, () => this.#isolate(run, thrown)),
      );
    } catch (thrown) {
      for (const { call } of slices) this.#fail(call, thrown);
    }
  }

  /** Whatever goes wrong here costs the calls of the run, and never the loop. */
  #ended(run: Run, then: () => void): void {
    if (!this.#running.remove(run)) return;
    for (const { call } of run.slices) call.trace?.ran(run.startedMs, this.#nowMs(), run.rows, run.slices.length);
    try {
      then();
    } catch (thrown) {
      for (const { call } of run.slices) this.#fail(call, thrown);
    }
    this.#turnWheel();
  }

  #answer({ slices, rows, startedMs, isRetry }: Run, lanes: readonly LaneValues[]): void {
    const { model, rowsMin } = this.#options;
    model.observe(Math.max(rows, rowsMin), this.#nowMs() - startedMs);
    this.#meter.learned(model.perRowMs, model.fixedMs);
    if (!isRetry) this.#callsMax += 1;
    let at = 0;
    for (const { call, from, to } of slices) {
      if (call.take(lanes, at, from, to)) this.#forget(call);
      at += to - from;
    }
  }

  /** Of several calls each half runs again, until the one that fails is alone: `k` calls cost `2 k - 1` runs at most. */
  #isolate({ slices, isRetry }: Run, thrown: unknown): void {
    const wanted = slices.filter(({ call }) => !call.isDone);
    if (!isRetry && slices.length > 1) this.#callsMax = Math.max(1, slices.length >> 1);
    if (wanted.length < 2) {
      for (const { call } of wanted) this.#fail(call, thrown);
      return;
    }
    const middle = wanted.length >> 1;
    this.#retries.push(wanted.slice(0, middle), wanted.slice(middle));
  }

  /** A call that is late, or whose caller went. It is answered now, wherever its rows are. */
  #leave(call: WaitingCall, reason: 'deadline' | 'cancelled'): void {
    if (call.isDone) return;
    this.#fail(call, this.#rejected(reason, reason === 'deadline' ? deadlineExceeded() : callerGone()));
    this.#arm();
    this.#idle.tell(this.#isIdle);
  }

  #failWaiting(thrown: unknown): void {
    for (const call of [...this.#queue]) this.#fail(call, thrown);
    for (const slices of this.#retries.splice(0)) for (const { call } of slices) this.#fail(call, thrown);
    this.#arm();
    this.#idle.tell(this.#isIdle);
  }

  #fail(call: WaitingCall, thrown: unknown): void {
    if (call.isDone) return;
    call.fail(thrown);
    this.#forget(call);
  }

  #forget(call: WaitingCall): void {
    this.#live -= 1;
    this.#queue.remove(call);
    this.#deadlines.remove(call);
    this.#running.left(call, this.#nowMs() + this.#options.graceMs);
  }

  #abandon(run: Run): void {
    if (!this.#running.remove(run)) return;
    this.#meter.recycle();
    try {
      run.execution.abandon();
    } catch {
      // Nobody waits for the run, and its executor is not counted on any more.
    }
  }

  /** One timer for all: the nearest deadline, the end of a hold, the end of a grace. */
  #arm(): void {
    const deadlineMs = this.#deadlines.first()?.deadlineMs ?? Number.POSITIVE_INFINITY;
    this.#timer.setTo(Math.min(deadlineMs, this.#hold.releaseAtMs, this.#running.abandonAtMs()));
  }

  /** At least as many as a run is filled up to: the places of the others cost the same. */
  #rowsWorthwhile(): number {
    const { model, rowsMin, rowsMax } = this.#options;
    return Math.max(rowsMin, rowsWorthwhile(model, rowsMax));
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }

  #rejected<E>(reason: RejectReason, error: E): E {
    this.#meter.reject(reason);
    return error;
  }

  get #isIdle(): boolean {
    return this.#live === 0 && this.#running.size === 0;
  }
}
