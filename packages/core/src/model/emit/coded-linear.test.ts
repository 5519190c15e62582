import { floatTensor, modelOf, node, Random, randomBatch, value, wholeBinding } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { compileProgram } from '../compile.ts';
import { fuse } from '../ir/fuse.ts';
import { lower } from '../lower/lower.ts';
import type { OnnxModel, OnnxTensor } from '../onnx/index.ts';
import { rowOf } from '../proof/golden.ts';

const categories = ['a', 'b', 'c', 'd', 'e'];

/** A layer behind numbers and one-hot encodings, as a ColumnTransformer in front of a network is converted. */
function encodedLayer(outputs: number, seed: number, type: 'float32' | 'float64', bias: boolean): OnnxModel {
  const random = new Random(seed);
  const weights = (name: string, dims: readonly number[]): OnnxTensor => {
    const length = dims.reduce((product, size) => product * size, 1);
    const tensor = floatTensor(
      name,
      dims,
      Array.from({ length }, () => random.normal()),
    );
    return type === 'float32' ? tensor : { ...tensor, type, data: Float64Array.from(tensor.data as Float32Array) };
  };
  const texts = [0, 1, 2];
  const width = 4 + texts.length * categories.length;
  const encoded = texts.flatMap((at) => [
    node('ml:OneHotEncoder', [`t${at}`], [`hot${at}`], { cats_strings: { strings: categories } }),
    node('Flatten', [`hot${at}`], [`flat${at}`]),
    node('Cast', [`flat${at}`], [`cast${at}`], { to: { int: type === 'float32' ? 1 : 11 } }),
  ]);
  const joined = ['X', ...texts.map((at) => `cast${at}`)];
  return modelOf('encoded layer', {
    nodes: [
      ...encoded,
      node('Concat', joined, ['all'], { axis: { int: 1 } }),
      node('Gemm', bias ? ['all', 'W', 'b'] : ['all', 'W'], ['sums']),
      node('Relu', ['sums'], ['y']),
    ],
    initializers: [weights('W', [width, outputs]), weights('b', [outputs])],
    inputs: [value('X', type, [null, 4]), ...texts.map((at) => value(`t${at}`, 'string', [null, 1]))],
    outputs: [value('y', type, [null, outputs])],
  });
}

test.each([
  [1, 'float32', true],
  [8, 'float32', false],
  [9, 'float32', true],
  [60, 'float32', false],
  [60, 'float32', true],
  [40, 'float64', true],
  [3, 'float64', false],
] as const)('%i sums of %s behind encodings give the bits of the sums as they were, bias %s', (outputs, type, bias) => {
  for (let seed = 1; seed <= 4; seed++) {
    const model = encodedLayer(outputs, seed, type, bias);
    const binding = wholeBinding(model);
    const lowering = lower(model, binding);
    if (lowering.kind === 'refused') throw new Error(lowering.reason);
    expect(fuse(lowering.program).steps.map(({ op }) => op)).toContain('codedLinear');
    const batch = randomBatch(binding, new Random(seed), { rows: 300, texts: [...categories, 'none'] });
    const plain = compileProgram(lowering.program, (same) => same).columns(batch);
    const { columns, row } = compileProgram(lowering.program);
    expect(columns(batch)).toEqual(plain);
    const out = new Float64Array(outputs);
    for (let at = 0; at < 20; at++) {
      const { numbers, texts } = rowOf(batch, binding, at);
      row?.(numbers, texts, out);
      expect([...out]).toEqual(plain.map((lane) => lane[at]));
    }
  }
});
