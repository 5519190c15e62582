import { holdsShape, type OutputField, type ScoreField, shapeWidth } from '../contract/index.ts';
import type { ModelSignature, OutputLane, OutputSpec } from '../model/index.ts';
import { mismatch, quoted, unknownName } from './mismatch.ts';
import { type OutputRow, outputRow } from './output-row.ts';

/**
 * The output columns that the fields are read from, field after field; a decision has none of its own. `oneRow` says
 * that a call of the model is one row, so that an output need not have a dimension for the rows.
 */
export function bindOutputs(
  fields: readonly OutputField[],
  signature: ModelSignature,
  { oneRow = false } = {},
): OutputLane[] {
  return fields.flatMap((field) => {
    if (field.kind === 'decision') return [];
    const declared = signature.outputs.find((candidate) => candidate.name === field.from);
    if (declared === undefined) throw noOutput(field, signature);
    const spec = outputRow(declared, oneRow);
    checkHolds(field, spec);
    const columns = columnsOf(field, spec);
    const shape = field.kind === 'vector' ? field.shape : ([] as const);
    const told = shapeTold(field, spec) ? {} : { shape };
    return columns.map((column) => ({ ...lane(field, spec, column), ...told }));
  });
}

type ReadField = Exclude<OutputField, { kind: 'decision' }>;

function noOutput(field: ReadField, { outputs, unread = [] }: ModelSignature): Error {
  const names = outputs.map((candidate) => candidate.name);
  const where = `output.${field.name}.from`;
  const other = unread.find((candidate) => candidate.name === field.from);
  if (other === undefined) return unknownName('output', field.from, names, where);
  const message = `The output ${quoted(other.name)} is ${other.what}, which cannot be read.`;
  return mismatch(message, where, `Give the model a tensor output. Those it has: ${names.map(quoted).join(', ')}.`);
}

/** Text fields get labels as indexes, which cost no text a row; all others get the labels' own numbers. */
function lane(field: ReadField, spec: OutputSpec, column: number): OutputLane {
  const indexed = spec.isLabel && field.kind === 'score' && field.type === 'string';
  return { output: spec.name, column, type: spec.type, labels: indexed ? spec.classes : null };
}

/** True where the declaration says all that a run would have to show: a field that names its column takes any width. */
function shapeTold(field: ReadField, spec: OutputRow): boolean {
  return spec.width !== null || (field.kind === 'score' && (field.index !== null || field.class !== null));
}

/** Text is no number, and only 0 and 1 are false and true: nothing is guessed from a label's name or a score's size. */
function checkHolds(field: ReadField, spec: OutputSpec): void {
  const where = `output.${field.name}.type`;
  const type = field.kind === 'vector' ? 'array' : field.type;
  if (spec.type === 'string' && type !== 'string') {
    const message = `The output ${quoted(spec.name)} holds text, the field is of type ${type}.`;
    throw mismatch(message, where, 'Declare the field as `type: string`.');
  }
  if (type === 'string' && spec.type.startsWith('float')) {
    const message = `The output ${quoted(spec.name)} holds scores, the field is of type string.`;
    throw mismatch(message, where, 'Declare the field as `type: number`.');
  }
  if (type !== 'boolean' || spec.classes === null) return;
  if (!spec.isLabel) {
    const message = `The output ${quoted(spec.name)} holds scores of classes, the field is of type boolean.`;
    throw mismatch(message, where, 'Declare the score as `type: number`, and add a boolean with a `threshold` on it.');
  }
  if (spec.classes.every((label) => label === 0 || label === 1)) return;
  const message = `The labels of ${quoted(spec.name)} are ${spec.classes.join(', ')}; a boolean is read from 0 and 1.`;
  throw mismatch(message, where, 'Declare the field as `type: integer` or `type: string`.');
}

/** An array is a lane a value: beyond this many, an answer would be a file and not a record. */
const arrayValuesMax = 200_000;

function columnsOf(field: ReadField, spec: OutputRow): number[] {
  if (field.kind === 'score')
    return [field.class === null ? plainColumn(field, spec) : classColumn(field, field.class, spec)];
  const where = `output.${field.name}.shape`;
  const width = shapeWidth(field.shape);
  if (spec.sizes !== null && !holdsShape(spec.sizes, field.shape)) {
    const sizes = (shape: readonly number[]) => `[${shape.join(', ')}]`;
    const message = `The output ${quoted(spec.name)} has shape ${sizes(spec.sizes)} a row, the field ${sizes(field.shape)}.`;
    throw mismatch(message, where, `Write \`shape: ${sizes(spec.sizes)}\`, or one size for all: [${spec.width}].`);
  }
  if (width > arrayValuesMax) {
    const message = `The field has ${width} values a row; an array of an answer has at most ${arrayValuesMax}.`;
    throw mismatch(
      message,
      where,
      'Let the model reduce what it gives: an embedding, the best classes, a smaller mask.',
    );
  }
  return Array.from({ length: width }, (_, column) => column);
}

/** The column of a field without a class: its `index`, or the only one. */
function plainColumn(field: ScoreField, spec: OutputSpec): number {
  const column = field.index ?? 0;
  if (spec.width !== null && column >= spec.width) {
    const message = `The output ${quoted(spec.name)} has ${spec.width} columns; there is no index ${column}.`;
    throw mismatch(message, `output.${field.name}.index`);
  }
  if (field.index !== null || spec.width === null || spec.width === 1) return column;
  const hint = spec.classes === null ? 'Give its `index`.' : `Give its \`class\`: ${spec.classes.join(', ')}.`;
  const message = `The output ${quoted(spec.name)} has ${spec.width} columns, and the field doesn't say which.`;
  throw mismatch(message, `output.${field.name}`, hint);
}

function classColumn(field: ScoreField, label: string | number, spec: OutputSpec): number {
  const where = `output.${field.name}.class`;
  if (spec.isLabel) {
    const message = `The output ${quoted(spec.name)} is the label itself and has no column for a class.`;
    throw mismatch(message, where, 'Read the class from the probabilities, or remove `class`.');
  }
  if (spec.classes === null) {
    const message = `The graph doesn't tell the classes of ${quoted(spec.name)}.`;
    throw mismatch(message, where, 'Give the column as `index` in place of `class`.');
  }
  // YAML reads 1 as a number and "1" as text; a model's labels are one or the other, and people mean the same.
  const column = spec.classes.findIndex((candidate) => String(candidate) === String(label));
  if (column >= 0) return column;
  const message = `The output ${quoted(spec.name)} has no class ${quoted(label)}; it has ${spec.classes.join(', ')}.`;
  throw mismatch(message, where);
}
