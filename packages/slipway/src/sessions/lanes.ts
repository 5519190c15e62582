import type { LaneValues, OutputLane } from '@slipway/core';

/** Arrays that a session fills, one a lane. */
export type LaneTarget = Float32Array | Float64Array | Int32Array | string[];

export type LaneForm = 'float32' | 'float64' | 'index' | 'text';

/** Floats in the model's own type (float16 as float32), integers and booleans as float64, labels as indexes. */
export function laneForm(lane: OutputLane): LaneForm {
  if (lane.labels !== null) return 'index';
  if (lane.type === 'string') return 'text';
  return lane.type === 'float32' || lane.type === 'float16' ? 'float32' : 'float64';
}

/** `shared` puts numbers into memory that other threads see; text can't be there. */
export function allocateLane(lane: OutputLane, rows: number, shared = false): LaneTarget {
  const buffer = (bytes: number) => (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  switch (laneForm(lane)) {
    case 'float32':
      return new Float32Array(buffer(4 * rows));
    case 'float64':
      return new Float64Array(buffer(8 * rows));
    case 'index':
      return new Int32Array(buffer(4 * rows));
    case 'text':
      return new Array<string>(rows).fill('');
  }
}

export function emptyLanes(outputs: readonly OutputLane[]): LaneValues[] {
  return outputs.map((lane) => allocateLane(lane, 0));
}
