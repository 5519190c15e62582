import { fail, nearest, type SlipwayError } from '@slipway/core';
import { counted } from '../../system/wording.ts';
import type { TrainingTable } from './open-table.ts';

/** The column with what happened, and which of its values means 1; null where it is written as 0 and 1, or true and false. */
export interface LabelColumn {
  readonly name: string;
  readonly positive: string | null;
}

/** Labels as 0 and 1, NaN where there is none. Raises TRAINING_DATA. */
export async function readLabels(table: TrainingTable, { name, positive }: LabelColumn): Promise<Float64Array> {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined || column.filled === 0) {
    throw bad(
      table,
      name,
      `has no value in ${counted(table.rows, 'row')}`,
      'Name the column with what happened by --label.',
    );
  }
  if (positive !== null) {
    await checkPositive(table, name, positive, column.distinct);
    return table.matches(name, positive);
  }
  const odd = column.kind === 'text' ? await table.firstOddValue(name) : null;
  if (odd !== null) throw await notBinary(table, name, column.distinct, odd);
  const [labels] = await table.numbers([name]);
  const row = labels.findIndex((value) => value !== 0 && value !== 1 && !Number.isNaN(value));
  if (row >= 0) throw await notBinary(table, name, column.distinct, { row, text: String(labels[row]) });
  return labels;
}

async function checkPositive(table: TrainingTable, name: string, positive: string, distinct: number): Promise<void> {
  const values = await table.values(name, valuesShown);
  if (distinct > 2) {
    const hint = 'A baseline tells two classes apart: leave out the rows of the others, or join values in the file.';
    throw bad(table, name, `has ${distinct} values, ${listed(values, distinct)}, and not two`, hint);
  }
  if (values.includes(positive)) return;
  const near = nearest(positive, values);
  const hint = near === null ? 'Pass --positive with the value that means 1.' : `Did you mean ${quoted(near)}?`;
  throw bad(table, name, `is never ${quoted(positive)}; its values are ${listed(values, distinct)}`, hint);
}

async function notBinary(
  table: TrainingTable,
  name: string,
  distinct: number,
  odd: { readonly row: number; readonly text: string },
): Promise<SlipwayError> {
  const zeroAndOne = 'Write the label as 0 and 1, or as true and false';
  if (distinct !== 2) return bad(table, name, `is ${shown(odd.text)} in data row ${odd.row + 1}`, `${zeroAndOne}.`);
  const values = (await table.values(name, 2)).map(quoted);
  const hint = `${zeroAndOne}, or say which value means 1: --positive ${values.join(' or --positive ')}.`;
  return bad(table, name, `is ${values.join(' or ')}`, hint);
}

const valuesShown = 10;

function bad(table: TrainingTable, name: string, what: string, hint: string): SlipwayError {
  return fail('TRAINING_DATA', { message: `The label ${quoted(name)} ${what}.`, where: table.path, hint });
}

function listed(values: readonly string[], distinct: number): string {
  const rest = distinct - values.length;
  return `${values.map(quoted).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Numbers as they are, text in quotes. */
function shown(text: string): string {
  return Number.isNaN(Number(text)) ? quoted(text.slice(0, 50)) : text;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
