import type { OnnxModel } from '@slipway/core';
import { Random } from '../random.ts';
import { floatTensor, modelOf, node, value } from './parts.ts';

/**
 * Takes long for a row: `x` is spread over a matrix of `size` x `size`, which is multiplied with a constant one `steps`
 * times. `y` is the mean of what comes out. A multiplication of 512 x 512 takes about 3 ms.
 */
export function heavyModel({ size = 512, steps = 60 } = {}): OnnxModel {
  const random = new Random(5);
  const turn = Array.from({ length: size * size }, () => random.normal() / Math.sqrt(size));
  const nodes = Array.from({ length: steps }, (_, step) => node('MatMul', [`m${step}`, 'turn'], [`m${step + 1}`]));
  return modelOf('heavy', {
    nodes: [
      node('Unsqueeze', ['x', 'last'], ['cube']),
      node('Mul', ['cube', 'ones'], ['m0']),
      ...nodes,
      node('ReduceMean', [`m${steps}`], ['y'], { axes: { ints: [1, 2] }, keepdims: { int: 0 } }),
    ],
    initializers: [
      floatTensor('turn', [size, size], turn),
      floatTensor('ones', [1, size, size], new Array(size * size).fill(1)),
      { name: 'last', type: 'int64', dims: [1], data: BigInt64Array.of(2n) },
    ],
    inputs: [value('x', 'float32', ['N', 1])],
    outputs: [value('y', 'float32', ['N'])],
  });
}
