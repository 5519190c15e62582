import { decodeModel } from '../packages/core/src/index.ts';
import {
  type AnswerColumns,
  type AnswerDifference,
  answerDifference,
  type CompiledAnswers,
  compiledAnswers,
  isExact,
  labelColumns,
  type RealModel,
  storedColumns,
} from '../testkit/src/index.ts';

/** What the page says of one model. */
export interface ModelReport {
  readonly model: RealModel;
  /** By how often the graph has them. */
  readonly operators: readonly string[];
  readonly compiled: CompiledAnswers;
  /** True where every bit of ONNX Runtime is promised. */
  readonly exact: boolean;
  /** The compiled engine against what ONNX Runtime gave; null where it does not serve. */
  readonly againstRuntime: AnswerDifference | null;
  /** The engine that serves against the library that trained. */
  readonly labels: Count;
  readonly scores: AnswerDifference;
}

export interface Count {
  readonly equal: number;
  readonly of: number;
}

export function reportOf(model: RealModel): ModelReport {
  const onnx = decodeModel(model.bytes);
  const labels = labelColumns(model);
  const compiled = compiledAnswers(model);
  const runtime = storedColumns(model, 'runtime');
  const served = compiled.kind === 'compiled' ? compiled.columns : runtime;
  const library = storedColumns(model, 'library');
  return {
    model,
    operators: [...new Set(onnx.graph.nodes.map(({ opType }) => opType))],
    compiled,
    exact: isExact(onnx),
    againstRuntime: compiled.kind === 'compiled' ? answerDifference(served, runtime, { labels }) : null,
    labels: equalValues(pick(served, labels, true), pick(library, labels, true)),
    scores: scoresAgainst(served, library, labels, model.converter_difference?.rows ?? []),
  };
}

function equalValues(actual: AnswerColumns, expected: AnswerColumns): Count {
  const { equal, values } = answerDifference(actual, expected, { labels: expected.map(() => true) });
  return { equal, of: values };
}

/** Of the numbers alone, without the rows that the converter changed. */
function scoresAgainst(
  actual: AnswerColumns,
  expected: AnswerColumns,
  labels: readonly boolean[],
  except: readonly number[],
): AnswerDifference {
  const numbers = { labels: labels.filter((isLabel) => !isLabel), except };
  return answerDifference(pick(actual, labels, false), pick(expected, labels, false), numbers);
}

function pick(columns: AnswerColumns, labels: readonly boolean[], wanted: boolean): AnswerColumns {
  return columns.filter((_, column) => labels[column] === wanted);
}
