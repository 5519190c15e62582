import { fail, type OutputLane } from '@slipway/core';
import type { LaneTarget } from './lanes.ts';
import type { RowRange } from './pack-input.ts';

/** A tensor as ONNX Runtime gives it. */
export interface OutputTensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<unknown>;
}

/** Copies one column of an output into a lane, the rows of the range into their places. */
export type LaneReader = (tensor: OutputTensor, range: RowRange, target: LaneTarget) => void;

export function laneReader(lane: OutputLane): LaneReader {
  const index = lane.labels === null ? null : labelIndex(lane);
  return (tensor, { from, to, rows }, target) => {
    const stride = columnsOf(lane, tensor, rows);
    const { data } = tensor;
    const write = target as unknown[];
    for (let row = from; row < to; row++) {
      const value = data[(row - from) * stride + lane.column];
      // 64 bit integers come as bigint.
      const plain = typeof value === 'bigint' ? Number(value) : value;
      write[row] = index === null ? plain : index(plain);
    }
  };
}

/** Columns of the tensor. One row's values must stand side by side, and the wanted one must be among them. */
function columnsOf(lane: OutputLane, { dims, data }: OutputTensor, rows: number): number {
  const columns = data.length / rows;
  const byRow = dims.length === 0 ? rows === 1 : dims[0] === rows;
  if (byRow && Number.isInteger(columns) && lane.column < columns) return columns;
  throw fail('MODEL_FAILED', {
    message: `For ${rows} rows the model's output has shape [${dims.join(', ')}]; column ${lane.column} was wanted.`,
    where: `output ${lane.output}`,
  });
}

function labelIndex(lane: OutputLane): (label: unknown) => number {
  const labels = lane.labels ?? [];
  const table = new Map<unknown, number>(labels.map((label, index) => [label, index]));
  return (label) => {
    const index = table.get(label);
    if (index !== undefined) return index;
    throw fail('MODEL_FAILED', {
      message: `The model answered the label ${JSON.stringify(label)}, which is none of ${labels.join(', ')}.`,
      where: `output ${lane.output}`,
    });
  };
}
