import type { ReadColumns } from '../contract/index.ts';
import { isTextLane, type LaneValues, type RunLimits } from '../model/index.ts';
import { chain, type MaybePromise } from './maybe-promise.ts';
import { emptyRows, type IsolatedRun, type Runner, runIsolated } from './run-isolated.ts';

/**
 * Runs the rows that keep the contract. Refused ones never reach the session, since an engine may fail on what the
 * contract refuses; they keep their places among the values, which are of no meaning there.
 */
export function runAccepted(runner: Runner, read: ReadColumns, limits?: RunLimits): MaybePromise<IsolatedRun> {
  const { rows, columns, refused } = read;
  if (refused.length === 0) return runIsolated(runner, { rows, columns }, limits);
  if (refused.length === rows) return { values: emptyRows(runner.session, rows), faults: new Map() };
  const places = acceptedRows(rows, refused);
  const accepted = columns.map((column) => pickRows(column, column.length / rows, places));
  return chain(
    () => runIsolated(runner, { rows: places.length, columns: accepted }, limits),
    (run) => ({
      values: run.values.map((lane) => putBack(lane, places, rows)),
      faults: new Map(Array.from(run.faults, ([row, message]) => [places[row] as number, message])),
    }),
    (thrown) => {
      throw thrown;
    },
  );
}

function acceptedRows(rows: number, refused: readonly number[]): number[] {
  const bad = new Set(refused);
  return Array.from({ length: rows }, (_, row) => row).filter((row) => !bad.has(row));
}

function pickRows(
  column: Float64Array | readonly string[],
  width: number,
  places: readonly number[],
): Float64Array | readonly string[] {
  if (!(column instanceof Float64Array)) return places.map((row) => column[row] as string);
  const picked = new Float64Array(places.length * width);
  places.forEach((row, at) => {
    for (let k = 0; k < width; k++) picked[at * width + k] = column[row * width + k] as number;
  });
  return picked;
}

/** A lane with every value at the row that it was made for. */
function putBack(lane: LaneValues, places: readonly number[], rows: number): LaneValues {
  if (isTextLane(lane)) {
    const texts = new Array<string>(rows).fill('');
    places.forEach((row, at) => {
      texts[row] = lane[at] as string;
    });
    return texts;
  }
  const numbers = lane instanceof Float32Array ? new Float32Array(rows) : new Float64Array(rows);
  places.forEach((row, at) => {
    numbers[row] = lane[at] as number;
  });
  return numbers;
}
