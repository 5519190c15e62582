import { fail, holdsShape, type OutputLane, shapeWidth } from '@slipway/core';
import type { LaneTarget } from './lanes.ts';
import type { RowRange } from './pack-input.ts';

/** A tensor as ONNX Runtime gives it. */
export interface OutputTensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<unknown>;
}

/** Copies one column of an output into a lane, the rows of the range into their places. */
export type LaneReader = (tensor: OutputTensor, range: RowRange, target: LaneTarget) => void;

/** `oneRow` says that a call is one row: all values of the output are its own then. */
export function laneReader(lane: OutputLane, oneRow = false): LaneReader {
  const index = lane.labels === null ? null : labelIndex(lane);
  return (tensor, { from, to, rows }, target) => {
    const stride = columnsOf(lane, tensor, oneRow ? 1 : rows, oneRow);
    const { data } = tensor;
    const write = target as unknown[];
    for (let row = from; row < to; row++) {
      const value = data[(row - from) * stride + lane.column];
      const plain = typeof value === 'bigint' ? exactNumber(lane, value) : value;
      write[row] = index === null ? plain : index(plain);
    }
  };
}

/** 64 bit integers come as bigint. */
function exactNumber(lane: OutputLane, value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw fail('MODEL_FAILED', {
    message: `The model answered ${value}: beyond 2^53 a number cannot be told from its neighbours.`,
    where: `output ${lane.output}`,
    hint: 'Let the model give the value as text: a Cast to string, read as `type: string`.',
  });
}

/** Columns of the tensor. One row's values must stand side by side, and the wanted ones must be all or among them. */
function columnsOf(lane: OutputLane, { dims }: OutputTensor, rows: number, oneRow: boolean): number {
  const sizes = oneRow ? dims : dims.slice(1);
  const columns = shapeWidth(sizes);
  const isByRow = oneRow || (dims.length === 0 ? rows === 1 : dims[0] === rows);
  const holds = lane.shape === undefined || holdsShape(sizes, lane.shape);
  if (isByRow && holds && lane.column < columns) return columns;
  const wanted = holds ? `column ${lane.column}` : wantedText(lane.shape ?? []);
  throw fail('MODEL_FAILED', {
    message: `For ${rows} row${rows === 1 ? '' : 's'} the model's output has shape [${dims.join(', ')}]; ${wanted} was wanted.`,
    where: `output ${lane.output}`,
  });
}

function wantedText(shape: readonly number[]): string {
  return shape.length === 0 ? 'one value a row' : `[${shape.join(', ')}] a row`;
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
