import type { OnnxModel, OnnxNode, OnnxTensor } from '@slipway/core';
import { answerNodes } from './answer-nodes.ts';
import type { BoostedModel } from './boosted-model.ts';
import { inputNodes } from './input-nodes.ts';
import { linearNodes } from './linear-nodes.ts';
import { treeEnsembleNode } from './tree-ensemble-node.ts';

/** What a part of the graph adds to it. */
export interface GraphPart {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
}

/** TreeEnsemble came with ai.onnx.ml 5; the plain operators are those of the set that came with it. */
const opsets: ReadonlyMap<string, number> = new Map([
  ['', 21],
  ['ai.onnx.ml', 5],
]);

/**
 * The model as an ONNX graph that answers what the library answers: features come in as `features` [N, F], or as one
 * input a feature where categories have values of their own; `label` and `probabilities`, or `prediction`, come out.
 * Names of inner values begin with a stroke, so that no feature takes one.
 */
export function boostedOnnx(model: BoostedModel): OnnxModel {
  const input = inputNodes(model);
  const sums = model.scorer.kind === 'trees' ? treeNodes(model, input.matrix) : linearNodes(model, input.matrix);
  const answer = answerNodes(
    model,
    '/sums',
    input.inputs.map(({ name }) => name),
  );
  const parts: readonly GraphPart[] = [input, sums, answer];
  return {
    irVersion: 10,
    producer: `slipway import (${model.producer})`,
    opsets,
    graph: {
      name: 'imported',
      nodes: parts.flatMap(({ nodes }) => nodes),
      initializers: new Map(
        parts.flatMap(({ constants }) => constants.map((tensor) => [tensor.name, tensor] as const)),
      ),
      inputs: input.inputs,
      outputs: answer.outputs,
    },
  };
}

function treeNodes(model: BoostedModel, matrix: string): GraphPart {
  if (model.scorer.kind !== 'trees') throw new Error('the model has no trees');
  return { nodes: [treeEnsembleNode(model, model.scorer.trees, matrix)], constants: [] };
}
