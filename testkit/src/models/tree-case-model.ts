import type { OnnxModel, TensorType } from '@slipway/core';
import { type AttributeValue, modelOf, node, value } from './parts.ts';
import { numbersOf, type TreeCase, treeCaseColumns, weightOf } from './tree-case.ts';
import { ensembleAttributes } from './tree-case-ensemble.ts';
import { type NumberedLeaf, numberedAttributes } from './tree-case-numbered.ts';

/** The model of a case. Outputs `label` and `scores`, or `scores`. */
export function treeCaseModel(given: TreeCase): OnnxModel {
  const { input, count, operator } = given;
  const inputs = [value('X', input, [null, treeCaseColumns])];
  const scores = (type: TensorType) => value('scores', type, [null, count]);
  if (operator === 'ensemble') {
    const model = modelOf('tree-ensemble', {
      nodes: [node('ml:TreeEnsemble', ['X'], ['scores'], ensembleAttributes(given))],
      inputs,
      outputs: [scores(input)],
    });
    const opsets = new Map([
      ['', 15],
      ['ai.onnx.ml', 5],
    ]);
    return { ...model, irVersion: 9, opsets };
  }
  if (operator === 'regressor') {
    const attributes = { ...common(given, 'target'), n_targets: { int: count }, aggregate_function: given.aggregate };
    return modelOf('tree-regressor', {
      nodes: [node('ml:TreeEnsembleRegressor', ['X'], ['scores'], attributes)],
      inputs,
      outputs: [scores('float32')],
    });
  }
  const label = value('label', given.labels === 'texts' ? 'string' : 'int64', [null]);
  return modelOf('tree-classifier', {
    nodes: [
      node('ml:TreeEnsembleClassifier', ['X'], ['label', 'scores'], { ...common(given, 'class'), ...labelsOf(given) }),
    ],
    inputs,
    outputs: [label, scores('float32')],
  });
}

function common(given: TreeCase, prefix: 'class' | 'target'): Record<string, AttributeValue> {
  const { attributes, leaves } = numberedAttributes(given);
  return {
    ...attributes,
    ...votesOf(given, leaves, prefix),
    ...(given.base.length === 0 ? {} : numbersOf(given, 'base_values', given.base)),
    post_transform: given.transform,
  };
}

function votesOf(
  given: TreeCase,
  leaves: readonly NumberedLeaf[],
  prefix: 'class' | 'target',
): Record<string, AttributeValue> {
  const votes = leaves.flatMap(({ tree, id, leaf, target }) =>
    targetsOf(given, target, leaf.chosen).map((voted) => ({
      tree,
      id,
      target: voted,
      weight: weightOf(given, leaf, voted),
    })),
  );
  return {
    [`${prefix}_treeids`]: { ints: votes.map((vote) => vote.tree) },
    [`${prefix}_nodeids`]: { ints: votes.map((vote) => vote.id) },
    [`${prefix}_ids`]: { ints: votes.map((vote) => vote.target) },
    ...numbersOf(
      given,
      `${prefix}_weights`,
      votes.map((vote) => vote.weight),
    ),
  };
}

function targetsOf({ votes, count }: TreeCase, ofTree: number, chosen: number): number[] {
  const all = Array.from({ length: count }, (_, target) => target);
  switch (votes) {
    case 'first':
      return [0];
    case 'last':
      return [count - 1];
    case 'each':
      return all;
    case 'byTree':
      return [ofTree % count];
    case 'byLeaf':
      return all.filter((target) => ((chosen >> target) & 1) === 1);
  }
}

function labelsOf({ labels, count }: TreeCase): Record<string, AttributeValue> {
  const ids = Array.from({ length: count }, (_, id) => id);
  switch (labels) {
    case 'counting':
      return { classlabels_int64s: { ints: ids } };
    case 'other numbers':
      return { classlabels_int64s: { ints: ids.map((id) => 7 - 2 * id) } };
    case 'texts':
      return { classlabels_strings: { strings: ids.map((id) => `class ${id}`) } };
  }
}
