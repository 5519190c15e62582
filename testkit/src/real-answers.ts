import {
  type Binding,
  decodeModel,
  type FeatureBatch,
  isTextLane,
  type LaneValues,
  lower,
  type OnnxModel,
  openCompiledSession,
} from '@slipway/core';
import { type RealModel, realBatch, realBinding } from './real-models.ts';

/** What an engine answered, a column for each column of the model's outputs: labels by name, numbers as they are. */
export type AnswerColumns = readonly (readonly (number | string)[])[];

export type CompiledAnswers =
  | { readonly kind: 'refused'; readonly op: string; readonly reason: string }
  | { readonly kind: 'compiled'; readonly columns: AnswerColumns; readonly rows: AnswerColumns };

/** Asks the compiled engine all rows of a model, by columns and row by row. */
export function compiledAnswers(given: RealModel): CompiledAnswers {
  const model = decodeModel(given.bytes);
  const binding = realBinding(given, model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') return { kind: 'refused', op: lowering.op, reason: lowering.reason };
  const session = openCompiledSession(lowering.program, binding);
  const batch = realBatch(given, binding);
  const columns = answerColumns(binding, session.run(batch) as readonly LaneValues[]);
  return { kind: 'compiled', columns, rows: session.row === null ? columns : rowByRow(session.row, binding, batch) };
}

/** Lanes of a session as values that can be compared with those of another. */
export function answerColumns(binding: Binding, lanes: readonly LaneValues[]): AnswerColumns {
  return lanes.map((values, lane) => {
    const labels = binding.outputs[lane]?.labels ?? null;
    if (isTextLane(values)) return [...values];
    return Array.from(values, (value) => (labels === null ? value : (labels[value] ?? `label ${value}`)));
  });
}

/** The stored answers of `side`, a column for each column of the outputs, rounded to the output's type. */
export function storedColumns({ outputs, rows }: RealModel, side: 'library' | 'runtime'): AnswerColumns {
  return outputs.flatMap((output) => {
    const answers = output[side];
    const isRounded = side === 'runtime' && output.type === 'float32';
    const value = (row: number, column: number) => {
      const stored = answers[row]?.[column] ?? Number.NaN;
      return isRounded ? Math.fround(stored as number) : stored;
    };
    return Array.from({ length: answers[0]?.length ?? 0 }, (_, column) => rows.map((_, row) => value(row, column)));
  });
}

/** For each column of the outputs whether it holds labels: text, or whole numbers. */
export function labelColumns({ outputs }: RealModel): readonly boolean[] {
  return outputs.flatMap(({ type, library }) => (library[0] ?? []).map(() => type === 'string' || type === 'int64'));
}

/** Operators whose results are defined to the last bit: comparisons, tables, copies, and arithmetic of one rounding. */
const exactOperators = new Set([
  'Abs',
  'Add',
  'And',
  'ArgMax',
  'ArgMin',
  'ArrayFeatureExtractor',
  'Binarizer',
  'Cast',
  'Clip',
  'Concat',
  'ConstantOfShape',
  'Div',
  'Equal',
  'Flatten',
  'Gather',
  'Greater',
  'Identity',
  'Imputer',
  'IsNaN',
  'LabelEncoder',
  'Less',
  'Max',
  'Min',
  'Mul',
  'Neg',
  'Not',
  'OneHotEncoder',
  'Or',
  'Relu',
  'Reshape',
  'Scaler',
  'SequenceConstruct',
  'Shape',
  'Slice',
  'Split',
  'Squeeze',
  'Sub',
  'Transpose',
  'TreeEnsembleClassifier',
  'TreeEnsembleRegressor',
  'Unsqueeze',
  'Where',
  'ZipMap',
]);

/** Whether the compiled engine promises every bit of ONNX Runtime: no operator of the graph is approximated. */
export function isExact(model: OnnxModel): boolean {
  return model.graph.nodes.every(({ opType, attributes }) => {
    const transform = attributes.get('post_transform');
    return exactOperators.has(opType) && (transform?.type !== 'string' || transform.value === 'NONE');
  });
}

function rowByRow(
  row: NonNullable<ReturnType<typeof openCompiledSession>['row']>,
  binding: Binding,
  batch: FeatureBatch,
): AnswerColumns {
  const out = new Float64Array(binding.outputs.length);
  const answers = binding.outputs.map(() => new Float64Array(batch.rows));
  for (let at = 0; at < batch.rows; at++) {
    const values = batch.columns.map((column) => column[at] as number | string);
    const isText = (value: number | string) => typeof value === 'string';
    row(
      Float64Array.from(values.filter((value) => !isText(value)) as number[]),
      values.filter(isText) as string[],
      out,
    );
    for (const [lane, answer] of answers.entries()) answer[at] = out[lane] ?? Number.NaN;
  }
  return answerColumns(binding, answers);
}
