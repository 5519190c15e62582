import {
  type Binding,
  type FeatureBatch,
  isTextLane,
  type LaneValues,
  type LatencyModel,
  type OutputLane,
} from '@slipway/core';
import type { SessionPlan } from './session-plan.ts';

export interface WarmUpOptions {
  readonly plan: SessionPlan;
  readonly binding: Binding;
  readonly run: (batch: FeatureBatch) => Promise<readonly LaneValues[]>;
  readonly nowMs: () => number;
  readonly model: LatencyModel;
  /** Rows that the model answers; zeros and ones where none are given. */
  readonly probe: FeatureBatch | null;
}

/** Rows of the largest run of a warm-up, and how long it goes on to larger ones. */
const rowsWarm = 64;
const warmMsMax = 100;

/** How far an answer may lie from that of the same row alone, relative to it above 1. */
const tolerance = 1e-5;

/**
 * Runs 1, 2, 4, … rows, which teaches how long they take, and shows whether the answer for a row depends on the rows
 * beside it: true where it does not, so that rows of several callers may share a run. A model that fails on the rows, or
 * is too slow for this, has not shown it.
 */
export async function warmUp({ plan, binding, run, nowMs, model, probe }: WarmUpOptions): Promise<boolean> {
  const { rowsMin, rowsMax } = plan.calls;
  if (plan.oneRow) return false;
  try {
    const startedMs = nowMs();
    const alone = [await run(probeRows(binding, probe, [0])), await run(probeRows(binding, probe, [1]))];
    if (nowMs() - startedMs > warmMsMax) return false;
    let isAlike = false;
    for (let rows = 1; rows <= Math.min(rowsWarm, rowsMax); rows *= 2) {
      const fromMs = nowMs();
      const lanes = await run(
        probeRows(
          binding,
          probe,
          Array.from({ length: rows }, (_, row) => row % 2),
        ),
      );
      const toMs = nowMs();
      // A run of fewer rows is filled up and takes as long.
      model.seed(Math.max(rows, rowsMin), toMs - fromMs);
      for (let row = 0; row < rows; row++) {
        if (!isSame(lanes, row, alone[row % 2] as readonly LaneValues[], plan.outputs)) return false;
      }
      isAlike = rows > 1;
      if (toMs - startedMs > warmMsMax) break;
    }
    return isAlike;
  } catch {
    return false;
  }
}

function probeRows(binding: Binding, probe: FeatureBatch | null, rows: readonly number[]): FeatureBatch {
  const columns = binding.inputs.map((lane, at) => {
    const given = probe?.columns[at];
    const isText = lane.type === 'string';
    if (isText)
      return rows.map(
        (row) => (given as readonly string[] | undefined)?.[row % (probe?.rows ?? 1)] ?? (row === 0 ? '' : 'a'),
      );
    const values = new Float64Array(rows.length * lane.width);
    rows.forEach((row, place) => {
      if (probe === null || !(given instanceof Float64Array))
        values.fill(row, place * lane.width, (place + 1) * lane.width);
      else {
        const from = (row % probe.rows) * lane.width;
        values.set(given.subarray(from, from + lane.width), place * lane.width);
      }
    });
    return values;
  });
  return { rows: rows.length, columns };
}

function isSame(
  lanes: readonly LaneValues[],
  row: number,
  alone: readonly LaneValues[],
  outputs: readonly OutputLane[],
): boolean {
  return outputs.every((_, at) => {
    const lane = lanes[at] as LaneValues;
    const other = alone[at] as LaneValues;
    if (isTextLane(lane) || isTextLane(other)) return lane[row] === other[0];
    const [value, expected] = [lane[row] as number, other[0] as number];
    if (Object.is(value, expected)) return true;
    return Math.abs(value - expected) <= tolerance * Math.max(1, Math.abs(expected));
  });
}
