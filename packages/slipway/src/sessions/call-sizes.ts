import type { InputPlan } from './session-plan.ts';

export interface CallSizes {
  /** Fewer rows are filled up to this many. */
  readonly rowsMin: number;
  /** More rows go through the model in pieces. */
  readonly rowsMax: number;
  /** Rows that are worth a worker of their own. */
  readonly rowsPerWorker: number;
}

/** A table's rows stay in the processor's cache. */
const rowsMax = 4096;

/** Values that a call takes or gives: 8 MB of float64. A picture of 3 x 224 x 224 goes with five others. */
const valuesMax = 2 ** 20;

/** To hand fewer rows of a table to a worker of their own costs more than they do. */
const tableRowsPerWorker = 256;

/**
 * How many rows a call of the model has. `rowsFixed` is the model's own wish.
 *
 * ONNX Runtime multiplies a single row of a table in another order than many, so that the last bits differ. Two rows
 * take the order of many and cost next to nothing more: so a lone row of a table is doubled. A picture or a text costs
 * too much for that, and its answer alone may differ from that among others by the rounding of float32.
 */
export function callSizes(inputs: readonly InputPlan[], lanes: number, rowsFixed: number | null): CallSizes {
  if (rowsFixed !== null) return { rowsMin: rowsFixed, rowsMax: rowsFixed, rowsPerWorker: rowsFixed };
  const width = inputs.reduce((sum, input) => sum + input.width, 0);
  const isTable = inputs.every(isTableInput);
  const rowsMin = isTable ? 2 : 1;
  const fitting = Math.floor(valuesMax / Math.max(width, lanes, 1));
  return {
    rowsMin,
    rowsMax: Math.max(rowsMin, Math.min(rowsMax, fitting)),
    rowsPerWorker: isTable ? tableRowsPerWorker : 1,
  };
}

/** A list of integers is token ids, and more than one dimension a row is a picture, a sequence or a grid. */
function isTableInput({ rowShape, type, parts }: InputPlan): boolean {
  if (rowShape.length > 1) return false;
  return type.startsWith('float') || type === 'string' || parts.every((part) => part.width === 1);
}
