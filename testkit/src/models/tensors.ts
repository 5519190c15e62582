/// <reference lib="esnext.float16" />
import type { OnnxModel, OnnxTensor, TensorType } from '@slipway/core';
import { Random } from '../random.ts';
import { floatTensor, int64Tensor, modelOf, node, value } from './parts.ts';

/** What pictures may show, in the order of the scores. */
export const imageLabels: readonly string[] = ['blue', 'green', 'red'];

/**
 * Tells the colour that a picture has most of, of any height and width: `image` [N, 3, H, W] in the order red, green,
 * blue goes through Conv (one channel a colour less the mean of the others), Relu, GlobalAveragePool and Gemm to
 * `probabilities` [N, 3] and a text `label`. Small enough to check by hand; `rows` fixes the first dimension.
 */
export function imageModel({ rows = 'N' as string | number, softness = 8 } = {}): OnnxModel {
  const colours = [2, 1, 0];
  const kernel = colours.flatMap((colour) => [0, 1, 2].map((channel) => (channel === colour ? 1 : -0.5)));
  const identity = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => (row === column ? softness : 0)));
  return modelOf('image', {
    nodes: [
      node('Conv', ['image', 'kernel'], ['contrast'], { kernel_shape: { ints: [1, 1] } }),
      node('Relu', ['contrast'], ['positive']),
      node('GlobalAveragePool', ['positive'], ['pooled']),
      node('Flatten', ['pooled'], ['features']),
      node('Gemm', ['features', 'weights', 'bias'], ['logits']),
      node('Softmax', ['logits'], ['probabilities'], { axis: { int: 1 } }),
      node('ArgMax', ['probabilities'], ['best'], { axis: { int: 1 }, keepdims: { int: 0 } }),
      node('Gather', ['labels', 'best'], ['label']),
    ],
    initializers: [
      floatTensor('kernel', [3, 3, 1, 1], kernel),
      floatTensor('weights', [3, 3], identity),
      floatTensor('bias', [3], [0, 0, 0]),
      textTensor('labels', imageLabels),
    ],
    inputs: [value('image', 'float32', [rows, 3, 'height', 'width'])],
    outputs: [value('probabilities', 'float32', [rows, 3]), value('label', 'string', [rows])],
  });
}

export interface TextModelOptions {
  readonly vocabulary?: number;
  readonly width?: number;
  /** int32 where an exporter wrote it so. */
  readonly ids?: 'int64' | 'int32';
}

/**
 * An embedding of token ids: `input_ids` and `attention_mask`, both [N, sequence], pick rows of a table, whose mean over
 * the tokens that are not masked, scaled to length 1, is `embedding` [N, width]. `tokens` [N, sequence, width] are the
 * rows themselves, `count` [N] is how many count.
 */
export function embeddingModel({ vocabulary = 100, width = 8, ids = 'int64' }: TextModelOptions = {}): OnnxModel {
  return modelOf('embedding', {
    nodes: [
      node('Gather', ['table', 'input_ids'], ['tokens']),
      node('Cast', ['attention_mask'], ['mask'], { to: { int: 1 } }),
      node('Unsqueeze', ['mask', 'last'], ['weights']),
      node('Mul', ['tokens', 'weights'], ['counted']),
      node('ReduceSum', ['counted', 'sequence'], ['sum'], { keepdims: { int: 0 } }),
      node('ReduceSum', ['mask', 'sequence'], ['length'], { keepdims: { int: 1 } }),
      node('Div', ['sum', 'length'], ['mean']),
      node('LpNormalization', ['mean'], ['embedding'], { axis: { int: 1 } }),
      node('ReduceSum', ['attention_mask', 'sequence'], ['count'], { keepdims: { int: 0 } }),
    ],
    initializers: [
      floatTensor('table', [vocabulary, width], embeddingTable(vocabulary, width)),
      int64Tensor('last', [1], [-1]),
      int64Tensor('sequence', [1], [1]),
    ],
    inputs: [value('input_ids', ids, ['N', 'sequence']), value('attention_mask', ids, ['N', 'sequence'])],
    outputs: [
      value('embedding', 'float32', ['N', width]),
      value('tokens', 'float32', ['N', 'sequence', width]),
      value('count', ids, ['N']),
    ],
  });
}

/** The table of `embeddingModel`, row after row. */
export function embeddingTable(vocabulary = 100, width = 8): readonly number[] {
  const random = new Random(17);
  return Array.from({ length: vocabulary * width }, () => Math.fround(random.normal()));
}

/** `y` = relu(`x` W) in float16 throughout, W of one row a column: rounded at each step. */
export function halfModel(): OnnxModel {
  return modelOf('half', {
    nodes: [node('MatMul', ['x', 'W'], ['product']), node('Relu', ['product'], ['y'])],
    initializers: [halfTensor('W', [2, 2], [1, 0.5, -2, 0.25])],
    inputs: [value('x', 'float16', ['N', 2])],
    outputs: [value('y', 'float16', ['N', 2])],
  });
}

/** Gives `x` back as `y`: any type and shape. `outputShape` is what the output declares. */
export function echoModel(
  type: TensorType,
  shape: readonly (number | string | null)[],
  outputShape: readonly (number | string | null)[] = shape,
): OnnxModel {
  return modelOf('echo', {
    nodes: [node('Identity', ['x'], ['y'])],
    inputs: [value('x', type, shape)],
    outputs: [value('y', type, outputShape)],
  });
}

function textTensor(name: string, texts: readonly string[]): OnnxTensor {
  return { name, type: 'string', dims: [texts.length], data: texts };
}

/** float16 is kept as its bits. */
function halfTensor(name: string, dims: readonly number[], values: readonly number[]): OnnxTensor {
  const bits = new Uint16Array(new Float16Array(values).buffer);
  return { name, type: 'float16', dims, data: bits };
}
