import { fail, holdsShape, type OutputLane, shapeWidth } from '@slipway/core';
import { counted } from '../system/wording.ts';
import type { LaneTarget } from './lanes.ts';
import type { RowRange } from './pack-input.ts';

/** A tensor as ONNX Runtime gives it. */
export interface OutputTensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<unknown>;
}

/** An output as a table of rows: what all of its lanes share. */
export interface OutputTable {
  readonly tensor: OutputTensor;
  readonly rows: number;
  /** Sizes of one row. */
  readonly sizes: readonly number[];
  /** Values of one row. */
  readonly columns: number;
  /** False where the values are not those of as many rows. */
  readonly isByRow: boolean;
  /** The shape that was found to be held, so that the hundreds of lanes of an array ask once. */
  heldShape: readonly number[] | undefined;
}

/** `oneRow` says that a call is one row: all values of the output are its own then. */
export function outputTable(tensor: OutputTensor, rows: number, oneRow = false): OutputTable {
  const { dims } = tensor;
  const sizes = oneRow ? dims : dims.slice(1);
  const isByRow = oneRow || (dims.length === 0 ? rows === 1 : dims[0] === rows);
  return { tensor, rows: oneRow ? 1 : rows, sizes, columns: shapeWidth(sizes), isByRow, heldShape: undefined };
}

/** Copies one column of an output into a lane, the rows of the range into their places. */
export type LaneReader = (table: OutputTable, range: RowRange, target: LaneTarget) => void;

export function laneReader(lane: OutputLane): LaneReader {
  const index = lane.labels === null ? null : labelIndex(lane);
  return (table, { from, to }, target) => {
    expectLane(lane, table);
    const { columns, tensor } = table;
    const { data } = tensor;
    const write = target as unknown[];
    for (let row = from; row < to; row++) {
      const value = data[(row - from) * columns + lane.column];
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

/** One row's values stand side by side, and the wanted ones are all of them, or among them. */
function expectLane(lane: OutputLane, table: OutputTable): void {
  const { sizes, columns, rows, isByRow, tensor } = table;
  const holds = lane.shape === undefined || lane.shape === table.heldShape || holdsShape(sizes, lane.shape);
  if (isByRow && holds && lane.column < columns) {
    table.heldShape = lane.shape;
    return;
  }
  const wanted = holds ? `column ${lane.column}` : wantedText(lane.shape ?? []);
  const found = `For ${counted(rows, 'row')} the model's output has shape [${tensor.dims.join(', ')}]`;
  throw fail('MODEL_FAILED', { message: `${found}; ${wanted} was wanted.`, where: `output ${lane.output}` });
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
