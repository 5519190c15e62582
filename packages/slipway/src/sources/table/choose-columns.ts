import { fail, nearest } from '@slipway/core';
import type { ColumnKind, ColumnSummary } from './column-kinds.ts';
import type { TrainingTable } from './open-table.ts';

export interface ColumnWishes {
  readonly label: string;
  /** Null takes every numeric and boolean column that is not spoken for. */
  readonly features: readonly string[] | null;
  readonly unit: string | null;
  readonly context: readonly string[];
}

export interface FeatureColumn {
  readonly name: string;
  readonly kind: Exclude<ColumnKind, 'text' | 'empty'>;
}

export interface ChosenColumns {
  readonly features: readonly FeatureColumn[];
  /** Columns that nobody asked for and that cannot be a feature, with the reason. */
  readonly ignored: readonly { readonly name: string; readonly reason: string }[];
}

/** Finds the feature columns. Raises TRAINING_DATA, which names the column that is missing or cannot be used. */
export async function chooseColumns(table: TrainingTable, wishes: ColumnWishes): Promise<ChosenColumns> {
  const { label, unit, context } = wishes;
  const spokenFor = [label, ...(unit === null ? [] : [unit]), ...context];
  for (const name of [...spokenFor, ...(wishes.features ?? [])]) columnOf(table, name);
  const twice = spokenFor.find((name, index) => spokenFor.indexOf(name) !== index);
  if (twice !== undefined) {
    const message = `The column ${quoted(twice)} is named twice among label, unit and context.`;
    throw fail('TRAINING_DATA', { message, where: table.path, hint: 'Each column has one part.' });
  }
  if (wishes.features !== null) return { features: await asFeatures(table, wishes.features, spokenFor), ignored: [] };
  const features: FeatureColumn[] = [];
  const ignored: { name: string; reason: string }[] = [];
  for (const column of table.columns) {
    if (spokenFor.includes(column.name)) continue;
    const reason = await unfitness(table, column);
    if (reason === null) features.push(featureOf(column));
    else ignored.push({ name: column.name, reason });
  }
  if (features.length > 0) return { features, ignored };
  const found = ignored.map(({ name, reason }) => `${name} ${reason}`).join(', ');
  const message = `No column can be a feature${found === '' ? '' : `: ${found}`}.`;
  throw fail('TRAINING_DATA', { message, where: table.path, hint: 'Features are numbers, or true and false.' });
}

async function asFeatures(
  table: TrainingTable,
  names: readonly string[],
  spokenFor: readonly string[],
): Promise<FeatureColumn[]> {
  const features: FeatureColumn[] = [];
  for (const name of names) {
    const bad = (message: string, hint: string) => fail('TRAINING_DATA', { message, where: table.path, hint });
    if (spokenFor.includes(name)) {
      const message = `${quoted(name)} is the label, unit or context; it cannot be a feature too.`;
      throw bad(message, 'Name it in one of --features, --label, --unit and --context.');
    }
    if (features.some((feature) => feature.name === name)) {
      throw bad(`The feature ${quoted(name)} is named twice.`, 'Name each feature once in --features.');
    }
    const column = columnOf(table, name);
    const reason = column.kind === 'text' ? await oddText(table, column) : await unfitness(table, column);
    if (reason !== null) throw bad(`The feature ${quoted(name)} ${reason}.`, unfitHint(column));
    features.push(featureOf(column));
  }
  return features;
}

function unfitHint({ kind, numeric, filled }: ColumnSummary): string {
  if (kind === 'empty') return 'Take it out of --features.';
  if (numeric * 2 >= filled)
    return 'Mend the value (a missing one is written as nothing), or take the column out of --features.';
  return 'Features are numbers, or true and false: take it out of --features, or write its words as numbers.';
}

/** Why a column cannot be a feature, or null. A column that is nearly all numbers is a mistake in the file: it throws. */
async function unfitness(table: TrainingTable, column: ColumnSummary): Promise<string | null> {
  if (column.kind === 'empty') return 'is empty';
  if (column.kind !== 'text') return null;
  if (column.numeric * 2 < column.filled) return 'is text';
  throw fail('TRAINING_DATA', {
    message: `The column ${quoted(column.name)} ${await oddText(table, column)}.`,
    where: table.path,
    hint: 'Mend the file, or name the features to use with --features.',
  });
}

async function oddText(table: TrainingTable, column: ColumnSummary): Promise<string> {
  const odd = await table.firstOddValue(column.name);
  const where = odd === null ? '' : `: data row ${odd.row + 1} has ${quoted(odd.text.slice(0, 50))}`;
  return `is a number in ${column.numeric} of ${column.filled} rows${where}`;
}

function featureOf({ name, kind }: ColumnSummary): FeatureColumn {
  if (kind === 'text' || kind === 'empty') throw new Error('an unfit column was chosen');
  return { name, kind };
}

function columnOf(table: TrainingTable, name: string): ColumnSummary {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  const names = table.columns.map((candidate) => candidate.name);
  const near = nearest(name, names);
  throw fail('TRAINING_DATA', {
    message: `There is no column ${quoted(name)}.`,
    where: table.path,
    hint: near === null ? `The columns are ${names.slice(0, 20).join(', ')}.` : `Did you mean ${quoted(near)}?`,
  });
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
