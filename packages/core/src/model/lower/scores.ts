import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integers, oneOf, strings } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { matrix } from './tensor.ts';

const transforms = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT'] as const;
export type PostTransform = (typeof transforms)[number];

export function postTransform(node: OnnxNode): PostTransform {
  return oneOf(node, 'post_transform', transforms, 'NONE');
}

/** The transform over two or more scores. */
export function transformed(scope: Scope, scores: readonly Lane[], transform: PostTransform): readonly Lane[] {
  const width = scores.length;
  switch (transform) {
    case 'NONE':
      return scores;
    case 'LOGISTIC':
      return scope.add({ op: 'map', fn: 'logistic', precision: 'float32', inputs: scores }, width);
    case 'PROBIT':
      return scope.add({ op: 'map', fn: 'probit', precision: 'float32', inputs: scores }, width);
    case 'SOFTMAX':
      return scope.add({ op: 'softmax', inputs: scores, form: 'plain', precision: 'float32' }, width);
    case 'SOFTMAX_ZERO':
      return scope.add({ op: 'softmax', inputs: scores, form: 'zero', precision: 'float32' }, width);
  }
}

/** What both classes get from the one score of the second: `[1 - s, s]`, `[-s, s]` or the logistics of both. */
export function bothClasses(scope: Scope, score: Lane, fn: 'complement' | 'negate' | 'logistic'): readonly Lane[] {
  const inputs = [score];
  if (fn !== 'logistic') return [...scope.add({ op: 'map', fn, precision: 'float32', inputs }, 1), score];
  return [
    ...scope.add({ op: 'map', fn: 'logisticOfNegative', precision: 'float32', inputs }, 1),
    ...scope.add({ op: 'map', fn: 'logistic', precision: 'float32', inputs }, 1),
  ];
}

/** The class labels of a classifier, by the names that its operator gives the two attributes. */
export function classLabels(node: OnnxNode, integerName: string, stringName: string): readonly (string | number)[] {
  const numbers = integers(node, integerName) ?? [];
  const texts = strings(node, stringName) ?? [];
  if ((numbers.length === 0) === (texts.length === 0))
    throw refuse(node, `it needs either ${integerName} or ${stringName}`);
  const labels = numbers.length > 0 ? numbers : texts;
  if (new Set<string | number>(labels).size !== labels.length) throw refuse(node, 'two of its classes have one label');
  return labels;
}

/** Writes a classifier's two outputs. */
export function outputClasses(
  scope: Scope,
  node: OnnxNode,
  label: Lane,
  labels: readonly (string | number)[],
  scores: readonly Lane[],
): void {
  scope.output(node, 0, { type: 'label', dims: [null], lanes: [label], labels });
  scope.output(node, 1, matrix(scores));
}
