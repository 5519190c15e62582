import type { OnnxModel } from '@slipway/core';
import { int64Tensor, modelOf, node, value } from './parts.ts';

/**
 * A text column and a number, one input each: `city` is one-hot encoded (Basel, Bern; others get zeros), then
 * `score` = 10 Basel + 20 Bern + hours, and `echo` gives the city back. To check by hand; runs in ONNX Runtime only.
 */
export function textModel(): OnnxModel {
  return modelOf('text', {
    nodes: [
      node('ml:OneHotEncoder', ['city'], ['encoded'], {
        cats_strings: { strings: ['Basel', 'Bern'] },
        zeros: { int: 1 },
      }),
      node('Reshape', ['encoded', 'two'], ['flags']),
      node('Concat', ['flags', 'hours'], ['X'], { axis: { int: 1 } }),
      node('ml:LinearRegressor', ['X'], ['score'], {
        coefficients: { floats: [10, 20, 1] },
        intercepts: { floats: [0] },
      }),
      node('Identity', ['city'], ['echo']),
    ],
    initializers: [int64Tensor('two', [2], [-1, 2])],
    inputs: [value('city', 'string', ['N', 1]), value('hours', 'float32', ['N', 1])],
    outputs: [value('score', 'float32', ['N', 1]), value('echo', 'string', ['N', 1])],
  });
}

/**
 * Raises an error for rows whose `X` is none of 0, 1, 2, and answers `score` = 5, 6, 7 for those: a one-hot encoder
 * that is told to refuse unknown categories.
 */
export function refusingModel(): OnnxModel {
  return modelOf('refusing', {
    nodes: [
      node('ml:OneHotEncoder', ['X'], ['encoded'], { cats_int64s: { ints: [0, 1, 2] }, zeros: { int: 0 } }),
      node('Reshape', ['encoded', 'three'], ['flags']),
      node('ml:LinearRegressor', ['flags'], ['score'], {
        coefficients: { floats: [5, 6, 7] },
        intercepts: { floats: [0] },
      }),
    ],
    initializers: [int64Tensor('three', [2], [-1, 3])],
    inputs: [value('X', 'float32', ['N', 1])],
    outputs: [value('score', 'float32', ['N', 1])],
  });
}
