import type { OnnxModel, OnnxNode, OnnxTensor } from '@slipway/core';
import { Random } from '../random.ts';
import { type AttributeValue, int64Tensor, modelOf, node, value } from './parts.ts';

export type NetworkHead = 'identity' | 'sigmoid' | 'softmax' | 'logSoftmax' | 'label';

export interface NetworkOptions {
  readonly seed: number;
  /** Widths of inputs, hidden layers and outputs. */
  readonly widths: readonly number[];
  /** Operator behind each hidden layer, with its attributes. */
  readonly activation?: Activation;
  readonly type?: 'float32' | 'float64';
  /** How a layer is written: one Gemm, or MatMul and Add. */
  readonly layer?: 'gemm' | 'matmul';
  /** `label` is softmax with the place of its largest value, looked up in a list, as skl2onnx writes it. */
  readonly head?: NetworkHead;
}

export interface Activation {
  readonly op: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Negative slopes come as a second input. */
  readonly slopes?: boolean;
}

/** Activations of ai.onnx that ONNX Runtime runs in float32; in float64 it runs the first three. */
export const activations: readonly Activation[] = [
  { op: 'Relu' },
  { op: 'Sigmoid' },
  { op: 'Tanh' },
  { op: 'LeakyRelu', attributes: { alpha: { float: 0.2 } } },
  { op: 'PRelu', slopes: true },
  { op: 'Elu', attributes: { alpha: { float: 1.5 } } },
  { op: 'Selu' },
  { op: 'Softplus' },
  { op: 'Softsign' },
  { op: 'HardSigmoid', attributes: { alpha: { float: 0.3 }, beta: { float: 0.4 } } },
  { op: 'Erf' },
  { op: 'Gelu' },
  { op: 'Gelu', attributes: { approximate: 'tanh' } },
];

/**
 * A network of dense layers with weights as training leaves them (variance one over the number of inputs). Input `X`;
 * output `scores`, and `label` with that head, whose classes are 10, 20, ...
 */
export function denseNetwork(options: NetworkOptions): OnnxModel {
  const { widths, head = 'identity', type = 'float32' } = options;
  const classes = widths[widths.length - 1] ?? 1;
  const { nodes, initializers } = layersOf(options);
  const labelled = head === 'label';
  nodes.push(...headNodes(head));
  if (labelled) {
    const labels = Array.from({ length: classes }, (_, at) => 10 * (at + 1));
    initializers.push(int64Tensor('classes', [classes], labels), int64Tensor('flat', [1], [-1]));
  }
  const base = modelOf('dense', {
    nodes,
    initializers,
    inputs: [value('X', type, ['N', widths[0] ?? 1])],
    outputs: [...(labelled ? [value('label', 'int64', ['N'])] : []), value('scores', type, ['N', classes])],
  });
  return {
    ...base,
    irVersion: 9,
    opsets: new Map([
      ['', 20],
      ['ai.onnx.ml', 1],
    ]),
  };
}

function layersOf({ seed, widths, activation = { op: 'Relu' }, layer = 'gemm', type = 'float32' }: NetworkOptions): {
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
} {
  const random = new Random(seed);
  const initializers: OnnxTensor[] = [];
  const tensor = (name: string, dims: readonly number[], scale: number) => {
    const length = dims.reduce((product, size) => product * size, 1);
    const values = Array.from({ length }, () => scale * random.normal());
    const data = type === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
    initializers.push({ name, type, dims, data });
    return name;
  };
  const nodes: OnnxNode[] = [];
  for (let at = 1; at < widths.length; at++) {
    const [from, to] = [widths[at - 1] ?? 1, widths[at] ?? 1];
    const input = at === 1 ? 'X' : `h${at - 1}`;
    const weights = tensor(`W${at}`, [from, to], 1 / Math.sqrt(from));
    const bias = tensor(`b${at}`, [to], 0.2);
    const sum = at === widths.length - 1 ? 'sums' : `s${at}`;
    if (layer === 'gemm') nodes.push(node('Gemm', [input, weights, bias], [sum]));
    else nodes.push(node('MatMul', [input, weights], [`p${at}`]), node('Add', [`p${at}`, bias], [sum]));
    if (at === widths.length - 1) continue;
    const slopes = activation.slopes ? [tensor(`a${at}`, [to], 0.3)] : [];
    nodes.push(node(activation.op, [sum, ...slopes], [`h${at}`], activation.attributes));
  }
  return { nodes, initializers };
}

function headNodes(head: NetworkHead): OnnxNode[] {
  switch (head) {
    case 'identity':
      return [node('Identity', ['sums'], ['scores'])];
    case 'sigmoid':
      return [node('Sigmoid', ['sums'], ['scores'])];
    case 'softmax':
      return [node('Softmax', ['sums'], ['scores'])];
    case 'logSoftmax':
      return [node('LogSoftmax', ['sums'], ['scores'])];
    case 'label':
      return [
        node('Softmax', ['sums'], ['scores']),
        node('ArgMax', ['scores'], ['best'], { axis: { int: 1 }, keepdims: { int: 0 } }),
        node('ml:ArrayFeatureExtractor', ['classes', 'best'], ['picked']),
        node('Reshape', ['picked', 'flat'], ['label']),
      ];
  }
}
