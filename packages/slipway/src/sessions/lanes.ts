import type { LaneValues, OutputLane } from '@slipway/core';

/** Arrays that a session fills, one a lane. */
export type LaneTarget = Float32Array | Float64Array | Int32Array | string[];

type LaneForm = 'float32' | 'float64' | 'index' | 'text';

/** Floats in the model's own type (float16 as float32), integers and booleans as float64, labels as indexes. */
function laneForm(lane: OutputLane): LaneForm {
  if (lane.labels !== null) return 'index';
  if (lane.type === 'string') return 'text';
  return lane.type === 'float32' || lane.type === 'float16' ? 'float32' : 'float64';
}

const valueBytes: Readonly<Record<LaneForm, number>> = { float32: 4, float64: 8, index: 4, text: 0 };

/** Bytes of the numbers of all lanes. */
export function laneBytes(outputs: readonly OutputLane[], rows: number): number {
  return rows * outputs.reduce((sum, lane) => sum + valueBytes[laneForm(lane)], 0);
}

/**
 * The lanes of `rows` rows, their numbers one after the other in one buffer: an embedding of 768 numbers is 768 lanes,
 * and a buffer each would cost more than the model. Text stands in arrays of its own.
 */
export function lanesOver(
  outputs: readonly OutputLane[],
  rows: number,
  buffer: ArrayBuffer | SharedArrayBuffer = new ArrayBuffer(laneBytes(outputs, rows)),
): LaneTarget[] {
  // Eight bytes first, so that every lane starts at a multiple of its element's size.
  const starts = { 8: 0, 4: rows * 8 * outputs.filter((lane) => laneForm(lane) === 'float64').length };
  const take: Take = (bytes) => {
    const start = starts[bytes];
    starts[bytes] += bytes * rows;
    return start;
  };
  return outputs.map((lane) => laneOver(laneForm(lane), rows, buffer, take));
}

type Take = (bytes: 4 | 8) => number;

function laneOver(form: LaneForm, rows: number, buffer: ArrayBuffer | SharedArrayBuffer, take: Take): LaneTarget {
  if (form === 'text') return new Array<string>(rows).fill('');
  if (form === 'float64') return new Float64Array(buffer, take(8), rows);
  if (form === 'float32') return new Float32Array(buffer, take(4), rows);
  return new Int32Array(buffer, take(4), rows);
}

/** The lanes that hold text; null in the places of the others. Empty where none does. */
export type TextLanes = readonly (readonly string[] | null)[];

export function textLanes(targets: readonly LaneTarget[]): TextLanes {
  return targets.some(Array.isArray) ? targets.map((target) => (Array.isArray(target) ? target : null)) : [];
}

/** Puts the rows of a piece into their places. */
export function putLane(target: LaneTarget, piece: LaneValues, from: number): void {
  if (!Array.isArray(target)) target.set(piece as Float64Array, from);
  else for (let row = 0; row < piece.length; row++) target[from + row] = piece[row] as string;
}

export function emptyLanes(outputs: readonly OutputLane[]): LaneValues[] {
  return lanesOver(outputs, 0);
}
