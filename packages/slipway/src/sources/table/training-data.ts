import { fail } from '@slipway/core';
import { counted } from '../../system/wording.ts';
import type { FeatureColumn } from './choose-columns.ts';
import type { TrainingTable } from './open-table.ts';
import { type LabelColumn, readLabels } from './read-labels.ts';

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
  label: LabelColumn,
  features: readonly FeatureColumn[],
): Promise<TrainingData> {
  const labels = await readLabels(table, label);
  const names = features.map((feature) => feature.name);
  const columns = await table.numbers(names);
  const named = names.map((name, index): NamedColumn => ({ name, values: columns[index] }));
  for (const { name, values } of named) checkFinite(table, name, values);
  const rows = completeRows([labels, ...columns]);
  const data: TrainingData = {
    features,
    columns: columns.map((column) => Float64Array.from(rows, (row) => column[row])),
    labels: Uint8Array.from(rows, (row) => labels[row]),
    rows,
    notes: [],
  };
  checkClasses(table, label.name, data.labels, named);
  return { ...data, notes: [...missingNotes({ name: label.name, values: labels }, named), ...oddNotes(data)] };
}

interface NamedColumn {
  readonly name: string;
  /** NaN where a value is missing. */
  readonly values: Float64Array;
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

function checkClasses(table: TrainingTable, label: string, labels: Uint8Array, features: readonly NamedColumn[]): void {
  const ones = labels.reduce((sum, value) => sum + value, 0);
  const counts = [labels.length - ones, ones];
  const few = counts.findIndex((count) => count < rowsOfClassMin);
  if (few < 0) return;
  const name = `The label ${JSON.stringify(label)}`;
  const complete = (count: number) => counted(count, 'complete row');
  const message =
    counts[few] === 0 && labels.length >= rowsOfClassMin
      ? `${name} is ${1 - few} in all ${complete(labels.length)}: there is nothing to tell apart.`
      : `${name} is ${few} in ${complete(counts[few])}; each class needs ${rowsOfClassMin}.`;
  throw fail('TRAINING_DATA', { message, where: table.path, hint: `Add rows${emptiestText(features)}.` });
}

/** The feature that costs the most rows is the one to think about. */
function emptiestText(features: readonly NamedColumn[]): string {
  const [emptiest] = lackingOf(features).sort((a, b) => b.missing - a.missing);
  if (emptiest === undefined) return ' of the class that is missing';
  return `, or leave out a feature with --features: ${emptiest.name} has no value in ${counted(emptiest.missing, 'row')}`;
}

function lackingOf(columns: readonly NamedColumn[]): { readonly name: string; readonly missing: number }[] {
  return columns
    .map(({ name, values }) => ({ name, missing: values.filter(Number.isNaN).length }))
    .filter(({ missing }) => missing > 0);
}

/** What was left out here will come again in the files to score, and the contract refuses it there. */
function missingNotes(label: NamedColumn, features: readonly NamedColumn[]): string[] {
  const all = label.values.length;
  const lacking = lackingOf([label, ...features]);
  if (lacking.length === 0) return [];
  const usable = completeRows(features.map(({ values }) => values)).length;
  const kept = completeRows([label, ...features].map(({ values }) => values)).length;
  const left = `${all - kept} of ${all} rows left out: no ${lacking.map(({ name, missing }) => `${name} (${missing})`).join(', ')}`;
  if (usable === all) return [left];
  const percent = `${Number((((all - usable) / all) * 100).toPrecision(2))} %`;
  return [
    left,
    `${percent} of the rows miss a feature; the contract refuses such records, and slipway batch fails (exit code 12) where they are more than max_quarantine. To answer them, write missing: VALUE at the feature in launch.yaml; to let more of them go to quarantine, raise max_quarantine`,
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
