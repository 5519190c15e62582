import { type OutputField, type ScoreField, shapeWidth } from '../contract/index.ts';
import type { ModelSignature, OutputLane, OutputSpec } from '../model/index.ts';
import { mismatch, quoted, unknownName } from './mismatch.ts';

/** The output columns that the fields are read from, field after field; a decision has none of its own. */
export function bindOutputs(fields: readonly OutputField[], signature: ModelSignature): OutputLane[] {
  return fields.flatMap((field) => {
    if (field.kind === 'decision') return [];
    const spec = signature.outputs.find((candidate) => candidate.name === field.from);
    if (spec !== undefined) return columnsOf(field, spec).map((column) => lane(spec, column));
    const names = signature.outputs.map((candidate) => candidate.name);
    throw unknownName('output', field.from, names, `output.${field.name}.from`);
  });
}

function lane(spec: OutputSpec, column: number): OutputLane {
  return { output: spec.name, column, type: spec.type, labels: spec.isLabel ? spec.classes : null };
}

function columnsOf(field: Exclude<OutputField, { kind: 'decision' }>, spec: OutputSpec): number[] {
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
