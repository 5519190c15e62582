import { fail } from '@slipway/core';
import type { FeatureColumn } from './choose-columns.ts';
import type { TrainingTable } from './open-table.ts';

/** What a trainer learns from: rows that have a label and every feature. */
export interface TrainingData {
  readonly features: readonly FeatureColumn[];
  /** One float64 column a feature, `rows.length` values each. */
  readonly columns: readonly Float64Array[];
  /** 0 or 1. */
  readonly labels: Uint8Array;
  /** Row of the file of each of these rows. */
  readonly rows: Uint32Array;
  /** What was left out, and what looks odd, for people. */
  readonly notes: readonly string[];
}

const rowsOfClassMin = 10;
const float32Max = 3.4028234663852886e38;

/** Loads the columns and leaves out rows with a missing label or feature. Raises TRAINING_DATA. */
export async function readTrainingData(
  table: TrainingTable,
  label: string,
  features: readonly FeatureColumn[],
): Promise<TrainingData> {
  await checkLabel(table, label);
  const names = features.map((feature) => feature.name);
  const [labels, ...columns] = await table.numbers([label, ...names]);
  const named = [{ name: label, values: labels }, ...names.map((name, index) => ({ name, values: columns[index] }))];
  for (const { name, values } of named) checkFinite(table, name, values);
  const rows = completeRows(named.map(({ values }) => values));
  const data: TrainingData = {
    features,
    columns: columns.map((column) => Float64Array.from(rows, (row) => column[row])),
    labels: Uint8Array.from(rows, (row) => labels[row]),
    rows,
    notes: [],
  };
  checkClasses(table, label, data.labels);
  return { ...data, notes: [...missingNotes(named, rows.length), ...oddNotes(data)] };
}

async function checkLabel(table: TrainingTable, label: string): Promise<void> {
  const kind = table.columns.find((column) => column.name === label)?.kind;
  const bad = (message: string) =>
    fail('TRAINING_DATA', { message, where: table.path, hint: 'Write the label as 0 and 1, or as true and false.' });
  if (kind === 'empty') throw bad(`The label ${JSON.stringify(label)} has no value in ${table.rows} rows.`);
  if (kind === 'text') {
    const odd = await table.firstOddValue(label);
    throw bad(`The label ${JSON.stringify(label)} is ${JSON.stringify(odd?.text)} in data row ${(odd?.row ?? 0) + 1}.`);
  }
  const [values] = await table.numbers([label]);
  const at = values.findIndex((value) => value !== 0 && value !== 1 && !Number.isNaN(value));
  if (at >= 0) throw bad(`The label ${JSON.stringify(label)} is ${values[at]} in data row ${at + 1}.`);
}

function checkFinite(table: TrainingTable, name: string, values: Float64Array): void {
  const at = values.findIndex((value) => Math.abs(value) > float32Max);
  if (at < 0) return;
  const message = `${JSON.stringify(name)} is ${values[at]} in data row ${at + 1}, more than a float32 model can hold.`;
  throw fail('TRAINING_DATA', {
    message,
    where: table.path,
    hint: 'Scale the column, or leave it out with --features.',
  });
}

function completeRows(columns: readonly Float64Array[]): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < columns[0].length; row++) {
    if (columns.every((column) => !Number.isNaN(column[row]))) rows.push(row);
  }
  return Uint32Array.from(rows);
}

function checkClasses(table: TrainingTable, label: string, labels: Uint8Array): void {
  const ones = labels.reduce((sum, value) => sum + value, 0);
  const counts = [labels.length - ones, ones];
  const few = counts.findIndex((count) => count < rowsOfClassMin);
  if (few < 0) return;
  const message =
    counts[few] === 0 && labels.length > 0
      ? `The label ${JSON.stringify(label)} is ${1 - few} in all ${labels.length} complete rows: there is nothing to tell apart.`
      : `The label ${JSON.stringify(label)} is ${few} in ${counts[few]} complete rows; each class needs ${rowsOfClassMin}.`;
  const hint = 'Add rows; a row counts when its label and all its features have a value.';
  throw fail('TRAINING_DATA', { message, where: table.path, hint });
}

function missingNotes(named: readonly { name: string; values: Float64Array }[], kept: number): string[] {
  const all = named[0].values.length;
  if (kept === all) return [];
  const lacking = named
    .map(({ name, values }) => ({ name, missing: values.filter(Number.isNaN).length }))
    .filter(({ missing }) => missing > 0);
  return [
    `${all - kept} of ${all} rows left out: no ${lacking.map(({ name, missing }) => `${name} (${missing})`).join(', ')}`,
  ];
}

function oddNotes({ features, columns }: TrainingData): string[] {
  return features.flatMap(({ name, kind }, index) => {
    const distinct = new Set(columns[index]).size;
    if (distinct === 1) return [`${name} is ${columns[index][0]} in every row, so it tells nothing`];
    if (kind !== 'integer' || distinct < columns[index].length) return [];
    return [`${name} is a different whole number in every row; if it names rows, pass it with --unit`];
  });
}
