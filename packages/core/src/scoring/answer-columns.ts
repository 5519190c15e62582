import type { OutputContract, OutputField, ScoreField } from '../contract/index.ts';
import { shapeWidth } from '../contract/index.ts';
import type { LaneValues, OutputLane } from '../model/index.ts';
import { laneStarts, roundedThreshold } from './answers.ts';
import { scoreFault } from './output-check.ts';
import type { ColumnField } from './types.ts';

/** Turns lane columns into field columns, and notes the rows that break the output contract. No object is made a row. */
export type ColumnAnswers = (lanes: readonly LaneValues[], rows: number, faults: Map<number, string>) => ColumnField[];

export function compileColumnAnswers(contract: OutputContract, lanes: readonly OutputLane[]): ColumnAnswers {
  const starts = laneStarts(contract);
  const makers = contract.fields.map((field) => fieldMaker(field, lanes, starts));
  return (values, rows, faults) => makers.map((make) => make(values, rows, faults));
}

type FieldMaker = (values: readonly LaneValues[], rows: number, faults: Map<number, string>) => ColumnField;

function fieldMaker(field: OutputField, lanes: readonly OutputLane[], starts: ReadonlyMap<string, number>): FieldMaker {
  const start = starts.get(field.kind === 'decision' ? field.on : field.name) as number;
  const lane = lanes[start] as OutputLane;
  if (field.kind === 'decision') {
    const at = roundedThreshold(field.at, lane);
    return (values, rows) => ({
      name: field.name,
      width: 1,
      values: decisions(values[start] as Float32Array, rows, at),
    });
  }
  if (field.kind === 'vector') return vectorMaker(field.name, start, shapeWidth(field.shape));
  if (field.type === 'string')
    return (values, rows, faults) => textField(field, lane, values[start] as LaneValues, rows, faults);
  return (values, rows, faults) => {
    const column = values[start] as Float32Array | Float64Array;
    noteFaults(field, column, rows, faults);
    return { name: field.name, width: 1, values: field.type === 'boolean' ? truths(column, rows) : column };
  };
}

function decisions(scores: ArrayLike<number>, rows: number, at: number): Uint8Array {
  const made = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) made[row] = (scores[row] as number) >= at ? 1 : 0;
  return made;
}

function truths(values: ArrayLike<number>, rows: number): Uint8Array {
  return Uint8Array.from({ length: rows }, (_, row) => (values[row] === 0 ? 0 : 1));
}

function textField(
  field: ScoreField,
  lane: OutputLane,
  values: LaneValues,
  rows: number,
  faults: Map<number, string>,
): ColumnField {
  const allowed = field.enum === null ? null : new Set(field.enum.map(String));
  const { labels } = lane;
  const texts = Array.from({ length: rows }, (_, row) => {
    const text = String(labels === null ? values[row] : labels[values[row] as number]);
    if (allowed !== null && !allowed.has(text))
      faults.set(row, `${field.name} is ${JSON.stringify(text)}, which is not in its enum`);
    return text;
  });
  return { name: field.name, width: 1, values: texts };
}

function noteFaults(field: ScoreField, values: ArrayLike<number>, rows: number, faults: Map<number, string>): void {
  const low = field.minimum ?? Number.NEGATIVE_INFINITY;
  const high = field.maximum ?? Number.POSITIVE_INFINITY;
  const anyNumber = field.type === 'number';
  for (let row = 0; row < rows; row++) {
    const value = values[row] as number;
    if (anyNumber && value >= low && value <= high && value - value === 0) continue;
    const fault = scoreFault(field, value);
    if (fault !== null) faults.set(row, fault);
  }
}

/** The lanes of a vector side by side again: row-major, `width` values a row. */
function vectorMaker(name: string, start: number, width: number): FieldMaker {
  return (values, rows, faults) => {
    const flat =
      values[start] instanceof Float32Array ? new Float32Array(rows * width) : new Float64Array(rows * width);
    for (let column = 0; column < width; column++) {
      const lane = values[start + column] as Float32Array;
      for (let row = 0; row < rows; row++) {
        const value = lane[row] as number;
        flat[row * width + column] = value;
        if (value - value !== 0) faults.set(row, `${name}[${column}] is ${value}, not a finite number`);
      }
    }
    return { name, width, values: flat };
  };
}
