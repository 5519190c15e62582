import { type ColumnInput, type Columns, fail, nearest, type SlipwayError, type Value } from '@slipway/core';
import type { ColumnSummary } from '../table/column-kinds.ts';
import type { TrainingTable } from '../table/open-table.ts';
import type { ImportFeature } from './import-feature.ts';

/** Rows of the features of a model, as people have them. */
export interface Sample {
  readonly path: string;
  readonly rows: number;
  /** The features with what the sample tells of them. */
  readonly features: readonly ImportFeature[];
  /** For the model. */
  readonly columns: Columns;
  /** One column a feature: NaN and null where a value is missing. */
  readonly values: readonly SampleValues[];
  record(row: number): Readonly<Record<string, Value>>;
}

export type SampleValues = Float64Array | readonly (string | null)[];

/** Reads the columns of the features. Raises SAMPLE_MISMATCH, which names the column. */
export async function readSample(table: TrainingTable, features: readonly ImportFeature[]): Promise<Sample> {
  if (table.rows === 0) throw mismatch(table, 'The sample has no rows.', 'Give a file with some rows of the features.');
  const narrowed: ImportFeature[] = [];
  const values: SampleValues[] = [];
  for (const feature of features) {
    const column = columnOf(table, feature);
    const read = await readColumn(table, feature, column);
    values.push(read);
    narrowed.push(narrow(feature, column, read));
  }
  return {
    path: table.path,
    rows: table.rows,
    features: narrowed,
    columns: Object.fromEntries(narrowed.map(({ name }, index) => [name, modelColumn(values[index])])),
    values,
    record: (row) =>
      Object.fromEntries(narrowed.map((feature, index) => [feature.name, valueAt(feature, values[index], row)])),
  };
}

/** In a column of its own kind a missing number is marked: NaN alone would be no number at all. */
function modelColumn(values: SampleValues = []): ColumnInput {
  if (!(values instanceof Float64Array)) return { kind: 'text', values };
  return {
    kind: 'number',
    values,
    width: 1,
    present: Uint8Array.from(values, (value) => Number(!Number.isNaN(value))),
  };
}

function columnOf(table: TrainingTable, { name, column: wanted, type }: ImportFeature): ColumnSummary {
  if (type === 'array') {
    throw mismatch(
      table,
      `The feature ${quoted(name)} is an array, which a CSV file does not hold.`,
      'Leave out --data.',
    );
  }
  const column = table.columns.find((candidate) => candidate.name === wanted);
  if (column !== undefined) return column;
  const names = table.columns.map((candidate) => candidate.name);
  const near = nearest(wanted, names);
  const hint =
    near === null
      ? `Add the column to the sample. It has ${names.slice(0, 20).join(', ')}.`
      : `Is it called ${quoted(near)}? Rename the column.`;
  throw mismatch(table, `The sample has no column for the feature ${quoted(wanted)}.`, hint);
}

async function readColumn(
  table: TrainingTable,
  { column: name, type }: ImportFeature,
  { kind }: ColumnSummary,
): Promise<SampleValues> {
  if (type === 'string') {
    const rows = Array.from({ length: table.rows }, (_, row) => row);
    return (await table.texts([name], rows)).map(([text]) => text ?? null);
  }
  if (kind !== 'text') {
    const [numbers = new Float64Array(table.rows)] = await table.numbers([name]);
    // A column that pandas wrote with missing values has 3.0 for 3.
    const fraction =
      type === 'integer' ? numbers.find((value) => !Number.isNaN(value) && !Number.isInteger(value)) : undefined;
    if (fraction === undefined) return numbers;
    const message = `The feature ${quoted(name)} takes whole numbers; the column has ${fraction}.`;
    const hint = 'Write whole numbers in this column of the sample, or leave out --data.';
    throw mismatch(table, message, hint);
  }
  const odd = await table.firstOddValue(name);
  const where = odd === null ? '' : `: data row ${odd.row + 1} has ${quoted(odd.text.slice(0, 50))}`;
  throw mismatch(
    table,
    `The feature ${quoted(name)} takes numbers${where}.`,
    'Mend the value; a missing one is written as nothing.',
  );
}

/** What the file left open is told by the values: whole numbers, truth values, their range, and whether some lack. */
function narrow(feature: ImportFeature, { kind, filled }: ColumnSummary, values: SampleValues): ImportFeature {
  const missing = feature.missing || filled < values.length;
  if (!(values instanceof Float64Array)) return { ...feature, missing };
  const type = feature.open && (kind === 'integer' || kind === 'boolean') ? kind : feature.type;
  const seen = type === 'boolean' ? null : rangeOf(values, feature.range);
  return { ...feature, type, missing, range: feature.bounds === null ? seen : feature.range };
}

function rangeOf(values: Float64Array, known: ImportFeature['range']): ImportFeature['range'] {
  let [least, greatest] = known ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return least <= greatest ? [least, greatest] : null;
}

function valueAt({ type }: ImportFeature, values: SampleValues | undefined, row: number): Value {
  const value = values?.[row] ?? null;
  if (typeof value !== 'number') return value;
  if (Number.isNaN(value)) return null;
  return type === 'boolean' ? value === 1 : value;
}

function mismatch(table: TrainingTable, message: string, hint: string): SlipwayError {
  return fail('SAMPLE_MISMATCH', { message, where: table.path, hint });
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
