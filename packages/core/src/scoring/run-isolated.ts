import { isSlipwayError } from '../errors/index.ts';
import { type FeatureBatch, isTextLane, type LaneValues, type RunLimits, type Session } from '../model/index.ts';
import { expectWanted } from './limits.ts';
import { chain, type MaybePromise } from './maybe-promise.ts';
import type { Clock } from './types.ts';

/** What runs rows, and the clock of their deadlines. */
export interface Runner {
  readonly session: Session;
  readonly clock: Clock;
}

/** Results of a batch in which some rows may have failed. */
export interface IsolatedRun {
  readonly values: readonly LaneValues[];
  /** Row number and message of each row that the model failed on; its values are of no meaning. */
  readonly faults: Map<number, string>;
}

/** Runs that may fail while culprits are sought. A model that fails on every row is broken, and no row is to blame. */
const failuresMax = 256;

/**
 * Runs a batch so that one bad row never costs its neighbours: a batch that fails is halved down to the culprits
 * (`k` of them in `n` rows cost about `2 k log2 n` runs). The search ends, as every run does, when the deadline is past
 * or the caller is gone: then DEADLINE_EXCEEDED or CALLER_GONE is raised.
 */
export function runIsolated(
  { session, clock }: Runner,
  batch: FeatureBatch,
  limits?: RunLimits,
): MaybePromise<IsolatedRun> {
  return attempt({ session, clock, limits, failuresLeft: failuresMax }, batch);
}

interface Search extends Runner {
  readonly limits: RunLimits | undefined;
  failuresLeft: number;
}

function attempt(search: Search, batch: FeatureBatch): MaybePromise<IsolatedRun> {
  const { session, clock, limits } = search;
  return chain<readonly LaneValues[], MaybePromise<IsolatedRun>>(
    () => {
      expectWanted(limits, clock);
      return session.run(batch, limits);
    },
    (values) => ({ values, faults: new Map<number, string>() }),
    (thrown) => {
      if (!isSlipwayError(thrown) || thrown.code !== 'MODEL_FAILED') throw thrown;
      if (batch.rows === 1) return { values: emptyRows(session, 1), faults: new Map([[0, thrown.message]]) };
      search.failuresLeft -= 1;
      if (search.failuresLeft <= 0) throw thrown;
      return halves(search, batch);
    },
  ) as MaybePromise<IsolatedRun>;
}

function halves(search: Search, batch: FeatureBatch): MaybePromise<IsolatedRun> {
  const middle = batch.rows >> 1;
  const rest = (first: IsolatedRun): MaybePromise<IsolatedRun> => {
    // The session's arrays are overwritten by its next call.
    const kept = first.values.map((lane) => lane.slice());
    return chain(
      () => attempt(search, part(batch, middle, batch.rows)),
      (second) => joined({ values: kept, faults: first.faults }, second, middle),
      rethrow,
    );
  };
  return chain<IsolatedRun, MaybePromise<IsolatedRun>>(
    () => attempt(search, part(batch, 0, middle)),
    rest,
    rethrow,
  ) as MaybePromise<IsolatedRun>;
}

function joined(first: IsolatedRun, second: IsolatedRun, middle: number): IsolatedRun {
  const values = first.values.map((lane, index) => joinLanes(lane, second.values[index] as LaneValues));
  const faults = new Map(first.faults);
  for (const [row, message] of second.faults) faults.set(row + middle, message);
  return { values, faults };
}

function joinLanes(first: LaneValues, second: LaneValues): LaneValues {
  if (isTextLane(first) || isTextLane(second)) return [...first, ...second] as string[];
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return first instanceof Float32Array || second instanceof Float32Array ? Float32Array.from(both) : both;
}

function part(batch: FeatureBatch, from: number, to: number): FeatureBatch {
  const columns = batch.columns.map((column) => {
    const width = column.length / batch.rows;
    return column.slice(from * width, to * width);
  });
  return { rows: to - from, columns };
}

/** Meaningless rows in the types of the lanes, to keep the rows that have no values in their places. */
export function emptyRows(session: Session, rows: number): LaneValues[] {
  return session.binding.outputs.map((lane) => {
    if (lane.type === 'string' && lane.labels === null) return new Array<string>(rows).fill('');
    return lane.type === 'float32' || lane.type === 'float16' ? new Float32Array(rows) : new Float64Array(rows);
  });
}

function rethrow(thrown: unknown): never {
  throw thrown;
}
