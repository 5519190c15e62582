import { EarliestFirst } from './earliest-first.ts';
import type { WaitingCall } from './waiting-call.ts';

/** Rows `from` to `to` of a call, on their way to the model. */
export interface CallSlice {
  readonly call: WaitingCall;
  readonly from: number;
  readonly to: number;
}

/** Rows for one run. */
export interface Chosen {
  readonly slices: readonly CallSlice[];
  readonly isRetry: boolean;
}

/** What one run may take. */
export interface TakeLimits {
  readonly rowsGoal: number;
  readonly callsMax: number;
  /** Whether so many rows are done by the tightest of the deadlines. */
  fits(rows: number, deadlineMs: number): boolean;
}

/** A call without a deadline, or with a late one, is served as if it were due this long after it came: none starves. */
const patienceMs = 1000;

/** Calls that wait, the one whose deadline is nearest first. Counts their calls, rows and bytes. */
export class CallQueue {
  readonly #calls = new EarliestFirst<WaitingCall>((call) => ({ atMs: dueMs(call), turn: call.turn }));
  #rows = 0;
  #bytes = 0;

  get calls(): number {
    return this.#calls.size;
  }

  /** Rows that are not on their way to the model yet. */
  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  first(): WaitingCall | undefined {
    return this.#calls.first();
  }

  [Symbol.iterator](): Iterator<WaitingCall> {
    return this.#calls[Symbol.iterator]();
  }

  add(call: WaitingCall): void {
    this.#calls.add(call);
    this.#rows += call.rowsLeft;
    this.#bytes += call.bytes;
  }

  remove(call: WaitingCall): void {
    if (!this.#calls.remove(call)) return;
    this.#rows -= call.rowsLeft;
    this.#bytes -= call.bytes;
  }

  /** Rows before which a call would wait, were it added. */
  rowsBefore(call: WaitingCall): number {
    const due = dueMs(call);
    let rows = 0;
    for (const other of this) if (dueMs(other) <= due) rows += other.rowsLeft;
    return rows;
  }

  /** Rows for one run: at least a piece of the first call, and of further ones as many as fit. */
  take({ rowsGoal, callsMax, fits }: TakeLimits): CallSlice[] {
    const taken: CallSlice[] = [];
    let rows = 0;
    let deadlineMs = Number.POSITIVE_INFINITY;
    for (let call = this.first(); call !== undefined && taken.length < callsMax; call = this.first()) {
      const piece = Math.min(call.rowsLeft, call.rowsPerPiece);
      deadlineMs = Math.min(deadlineMs, call.deadlineMs);
      if (taken.length > 0 && (rows + piece > rowsGoal || !fits(rows + piece, deadlineMs))) break;
      taken.push(this.#cut(call, piece));
      rows += piece;
      // What is left of it is for the next executor, and nobody goes before it.
      if (call.rowsLeft > 0) break;
    }
    return taken;
  }

  #cut(call: WaitingCall, rows: number): CallSlice {
    const from = call.handedOut;
    if (rows === call.rowsLeft) this.remove(call);
    else this.#rows -= rows;
    call.handedOut += rows;
    return { call, from, to: from + rows };
  }
}

function dueMs({ deadlineMs, arrivedMs }: WaitingCall): number {
  return Math.min(deadlineMs, arrivedMs + patienceMs);
}
