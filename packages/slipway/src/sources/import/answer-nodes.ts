import type { OnnxNode, OnnxTensor, OnnxValueInfo } from '@slipway/core';
import { int, plainNode, scalar } from '../onnx-graph.ts';
import type { Answer, BoostedModel, Link } from './boosted-model.ts';
import type { GraphPart } from './boosted-onnx.ts';
import { freeName } from './feature-names.ts';

export interface AnswerPart extends GraphPart {
  readonly outputs: readonly OnnxValueInfo[];
}

/** From the sums [N, targets] to the outputs of the model, step by step as the libraries do it. */
export function answerNodes(model: BoostedModel, sums: string, inputNames: readonly string[]): AnswerPart {
  const graph = new Steps(model.precision);
  const taken = new Set(inputNames.map((name) => name.toLowerCase()));
  const named = (wanted: string) => freeName(wanted, taken);
  const averaged = model.scorer.kind === 'trees' && model.scorer.divisor !== 1;
  const margins =
    averaged && model.scorer.kind === 'trees' ? graph.step('Div', sums, model.scorer.divisor, '/averages') : sums;
  return model.answer.kind === 'numbers'
    ? numbers(graph, model, margins, model.answer.link, named('prediction'))
    : classifier(graph, model, margins, model.answer, { label: named('label'), scores: named('probabilities') });
}

type Classes = Exclude<Answer, { kind: 'numbers' }>;

/** The label is the class of the highest probability, the first of equals: for two classes 1 from above 0.5. */
function classifier(
  graph: Steps,
  model: BoostedModel,
  margins: string,
  answer: Classes,
  { label, scores }: { readonly label: string; readonly scores: string },
): AnswerPart {
  const count = answer.kind === 'binary' ? 2 : model.targets;
  if (answer.kind === 'binary') {
    const chance = logistic(graph, margins, answer.slope, '/chance');
    const other = graph.stepFrom('Sub', 1, chance, '/other_chance');
    graph.node('Concat', [other, chance], scores, { axis: int(1) });
  } else if (answer.form === 'softmax') graph.node('Softmax', [margins], scores, { axis: int(1) });
  else logistic(graph, margins, answer.slope, scores);
  graph.node('ArgMax', [scores], '/best', { axis: int(1), keepdims: int(0) });
  const classes = BigInt64Array.from({ length: count }, (_, index) => BigInt(index));
  graph.constants.push({ name: '/classes', type: 'int64', dims: [count], data: classes });
  graph.node('Gather', ['/classes', '/best'], label, { axis: int(0) });
  return {
    ...graph,
    outputs: [
      { name: label, type: 'int64', shape: ['N'] },
      { name: scores, type: model.precision, shape: ['N', count] },
    ],
  };
}

function numbers(graph: Steps, model: BoostedModel, margins: string, link: Link, name: string): AnswerPart {
  switch (link.kind) {
    case 'identity':
      graph.node('Identity', [margins], name);
      break;
    case 'exp':
      graph.node('Exp', [margins], name);
      break;
    case 'logistic':
      logistic(graph, margins, link.slope, name);
      break;
    case 'signed_square':
      graph.node('Mul', [margins, graph.node('Abs', [margins], '/sizes_of_sums')], name);
      break;
    case 'softplus':
      // ONNX Runtime has no Softplus of float64.
      graph.node('Log', [graph.step('Add', graph.node('Exp', [margins], '/powers'), 1, '/above_one')], name);
      break;
    case 'step':
      graph.node('Cast', [graph.step('Greater', margins, 0, '/above')], name, {
        to: int(model.precision === 'float32' ? 1 : 11),
      });
  }
  return { ...graph, outputs: [{ name, type: model.precision, shape: ['N', model.targets] }] };
}

/** 1 / (1 + exp(-slope * x)) written out: ONNX Runtime's own Sigmoid is an approximation that strays further. */
function logistic(graph: Steps, margins: string, slope: number, output: string): string {
  const turned = graph.step('Mul', margins, -slope, inner(output, 'turned'));
  const power = graph.node('Exp', [turned], inner(output, 'power'));
  return graph.stepFrom('Div', 1, graph.step('Add', power, 1, inner(output, 'below')), output);
}

/** The name of a value on the way to another. */
function inner(output: string, part: string): string {
  return `/${output.replace('/', '')}_${part}`;
}

/** Nodes and constants as they are added, by the names of what they make. */
class Steps {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  readonly #precision: BoostedModel['precision'];

  constructor(precision: BoostedModel['precision']) {
    this.#precision = precision;
  }

  node(opType: string, inputs: readonly string[], output: string, attributes: OnnxNodeAttributes = {}): string {
    this.nodes.push(plainNode(opType, inputs, [output], attributes));
    return output;
  }

  /** `input op value`. */
  step(opType: string, input: string, value: number, output: string): string {
    return this.node(opType, [input, this.#number(value, output)], output);
  }

  /** `value op input`. */
  stepFrom(opType: string, value: number, input: string, output: string): string {
    return this.node(opType, [this.#number(value, output), input], output);
  }

  #number(value: number, output: string): string {
    const name = inner(output, 'number');
    this.constants.push(scalar(name, this.#precision, value));
    return name;
  }
}

type OnnxNodeAttributes = Parameters<typeof plainNode>[3];
