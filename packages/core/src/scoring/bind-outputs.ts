import { type OutputField, type ScoreField, shapeWidth } from '../contract/index.ts';
import type { ModelSignature, OutputLane, OutputSpec } from '../model/index.ts';
import { mismatch, quoted, unknownName } from './mismatch.ts';

/** The output columns that the fields are read from, field after field; a decision has none of its own. */
export function bindOutputs(fields: readonly OutputField[], signature: ModelSignature): OutputLane[] {
  return fields.flatMap((field) => {
    if (field.kind === 'decision') return [];
    const spec = signature.outputs.find((candidate) => candidate.name === field.from);
    if (spec !== undefined) {
      checkHolds(field, spec);
      return columnsOf(field, spec).map((column) => lane(field, spec, column));
    }
    const names = signature.outputs.map((candidate) => candidate.name);
    throw unknownName('output', field.from, names, `output.${field.name}.from`);
  });
}

type ReadField = Exclude<OutputField, { kind: 'decision' }>;

/** Text fields get labels as indexes, which cost no text a row; all others get the labels' own numbers. */
function lane(field: ReadField, spec: OutputSpec, column: number): OutputLane {
  const indexed = spec.isLabel && field.kind === 'score' && field.type === 'string';
  return { output: spec.name, column, type: spec.type, labels: indexed ? spec.classes : null };
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

function columnsOf(field: ReadField, spec: OutputSpec): number[] {
  if (field.kind === 'score')
    return [field.class === null ? plainColumn(field, spec) : classColumn(field, field.class, spec)];
  const width = shapeWidth(field.shape);
  if (spec.width === null || spec.width === width) return Array.from({ length: width }, (_, column) => column);
  const message = `The output ${quoted(spec.name)} has ${spec.width} values a row, the field ${width}.`;
  throw mismatch(message, `output.${field.name}.shape`);
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
