import {
  activations,
  denseNetwork,
  floatTensor,
  modelOf,
  type NetworkHead,
  type NetworkOptions,
  node,
  Random,
  randomBatch,
  value,
  wholeBinding,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { compileProgram } from './compile.ts';
import { agreementOf } from './fixtures/agreement.ts';
import { fuse } from './ir/fuse.ts';
import { lower } from './lower/lower.ts';
import { sigmoid, tanh } from './math/index.ts';
import type { OnnxModel, OnnxTensor } from './onnx/index.ts';
import type { FeatureBatch } from './session.ts';

const heads: readonly NetworkHead[] = ['identity', 'sigmoid', 'softmax', 'logSoftmax', 'label'];

async function differenceOf(model: OnnxModel, batch: FeatureBatch): Promise<number> {
  const agreement = await agreementOf(model, batch);
  if (agreement === null) throw new Error('the model is refused');
  expect(agreement.rowsAgree).toBe(true);
  return agreement.differenceMax;
}

function batchFor(model: OnnxModel, seed: number, rows = 100): FeatureBatch {
  return randomBatch(wholeBinding(model), new Random(seed), { rows });
}

describe('networks against ONNX Runtime', () => {
  test.each(activations)('$op $attributes in float32, all heads, one to four layers', async (activation) => {
    for (const [seed, head] of heads.entries()) {
      const random = new Random(seed);
      const hidden = Array.from({ length: random.integer(4) }, () => 1 + random.integer(40));
      const widths = [1 + random.integer(40), ...hidden, 2 + random.integer(3)];
      const layer = random.pick(['gemm', 'matmul'] as const);
      const model = denseNetwork({ seed, widths, activation, head, layer });
      expect(await differenceOf(model, batchFor(model, seed)), `${head} ${widths}`).toBeLessThan(1e-5);
    }
  });

  test.each(activations.slice(0, 3))('$op in float64, all heads', async (activation) => {
    for (const [seed, head] of heads.entries()) {
      const model = denseNetwork({ seed, widths: [20, 30, 15, 3], activation, head, type: 'float64', layer: 'matmul' });
      expect(await differenceOf(model, batchFor(model, seed)), head).toBeLessThan(1e-13);
    }
  });

  test('NaN and infinities come out as they do there', async () => {
    const model = denseNetwork({ seed: 1, widths: [3, 20, 2], activation: { op: 'Relu' } });
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    const columns = [0, 1, 2].map((at) => Float64Array.from({ length: 16 }, (_, row) => odd[(row >> at) & 3] ?? 0));
    const agreement = await agreementOf(model, { rows: 16, columns });
    expect(agreement?.differenceMax, agreement?.first).toBeLessThan(1e-5);
  });
});

/** The documented order, written down a second time: input after input, bias last, each step rounded to the type. */
function documented(model: OnnxModel, { widths, type = 'float32' }: NetworkOptions, row: readonly number[]): number[] {
  const round = type === 'float32' ? Math.fround : (x: number) => x;
  const data = (name: string) => model.graph.initializers.get(name)?.data as Float32Array;
  let values = row.map(round);
  for (let layer = 1; layer < widths.length; layer++) {
    const [weights, bias] = [data(`W${layer}`), data(`b${layer}`)];
    const outputs = widths[layer] ?? 0;
    const sums = Array.from({ length: outputs }, (_, output) => {
      let sum = 0;
      values.forEach((x, k) => {
        sum = round(sum + round(x * (weights[k * outputs + output] ?? 0)));
      });
      return round(sum + (bias[output] ?? 0));
    });
    values = layer === widths.length - 1 ? sums : sums.map((sum) => round(tanh(sum)));
  }
  return values.map((sum) => round(sigmoid(sum)));
}

describe('the documented order', () => {
  test.each(['float32', 'float64'] as const)('is kept to the last bit in %s, whatever the form', (type) => {
    for (const widths of [
      [3, 2],
      [5, 4, 3],
      [30, 100, 50, 3],
      [13, 1],
      [20, 5, 6, 7, 1],
      [100, 9, 2],
      [130, 33],
    ]) {
      for (const layer of ['gemm', 'matmul'] as const) {
        const options: NetworkOptions = { seed: 9, widths, type, layer, activation: { op: 'Tanh' }, head: 'sigmoid' };
        const model = denseNetwork(options);
        const batch = batchFor(model, 6, 20);
        const binding = wholeBinding(model);
        const lowering = lower(model, binding);
        if (lowering.kind === 'refused') throw new Error(lowering.reason);
        const { columns, row } = compileProgram(lowering.program);
        const lanes = columns(batch);
        const out = new Float64Array(lanes.length);
        for (let at = 0; at < batch.rows; at++) {
          const numbersOfRow = batch.columns.map((column) => Number(column[at]));
          const wanted = documented(model, options, numbersOfRow);
          row?.(Float64Array.from(numbersOfRow), [], out);
          expect([...out], `${widths}`).toEqual(wanted);
          expect(lanes.map((lane) => lane[at])).toEqual(wanted);
        }
      }
    }
  });

  test('wide layers run as loops, and hold no lane of their own between them', () => {
    const model = denseNetwork({ seed: 1, widths: [784, 128, 10], layer: 'matmul', head: 'softmax' });
    const lowering = lower(model, wholeBinding(model));
    if (lowering.kind === 'refused') throw new Error(lowering.reason);
    expect(fuse(lowering.program).steps.map(({ op }) => op)).toEqual(['dense', 'dense', 'softmax']);
  });
});

function numbers(name: string, dims: readonly number[], seed = 1): OnnxTensor {
  const random = new Random(seed);
  const length = dims.reduce((product, size) => product * size, 1);
  return floatTensor(
    name,
    dims,
    Array.from({ length }, () => random.normal()),
  );
}

test('a network of more weights than ONNX Runtime needs time for is left to it', () => {
  const model = denseNetwork({ seed: 1, widths: [600, 220, 3] });
  expect(lower(model, wholeBinding(model))).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(/^it has 132660 weights/),
  });
});

describe('layers beside other steps', () => {
  test('many scaled columns, each scaler as converters write it, in front of a layer', async () => {
    const width = 90;
    for (const [scaler, type] of [
      [[node('Sub', ['X', 'm'], ['c']), node('Div', ['c', 'd'], ['z'])], 'float64'],
      [[node('Mul', ['X', 'd'], ['c']), node('Add', ['c', 'm'], ['z'])], 'float32'],
      [[node('Cast', ['X'], ['c'], { to: { int: 1 } }), node('Div', ['c', 'd'], ['z'])], 'int64'],
    ] as const) {
      const tensors = [numbers('m', [width], 1), numbers('d', [width], 2), numbers('W', [width, 12], 3)];
      const own = tensors.map((tensor) =>
        type === 'float64' ? { ...tensor, type, data: Float64Array.from(tensor.data as Float32Array) } : tensor,
      );
      const model = modelOf('scaled', {
        nodes: [...scaler, node('MatMul', ['z', 'W'], ['y'])],
        initializers: own,
        inputs: [value('X', type, [null, width])],
        outputs: [value('y', type === 'int64' ? 'float32' : type, [null, 12])],
      });
      const batch = batchFor(model, 7, 300);
      const columns = batch.columns.map((column) => (column as Float64Array).map((x) => Math.round(100 * x) / 100));
      expect(await differenceOf(model, { rows: 300, columns }), type).toBeLessThan(1e-3);
    }
  });

  test('a sum that something else reads too keeps its own lanes', async () => {
    const model = modelOf('residual', {
      nodes: [
        node('Gemm', ['X', 'W', 'b'], ['s']),
        node('Tanh', ['s'], ['t']),
        node('Add', ['s', 't'], ['r']),
        node('Gemm', ['r', 'W', 'b'], ['y']),
      ],
      initializers: [numbers('W', [16, 16]), numbers('b', [16], 2)],
      inputs: [value('X', 'float32', [null, 16])],
      outputs: [value('y', 'float32', [null, 16]), value('s', 'float32', [null, 16])],
    });
    expect(await differenceOf(model, batchFor(model, 8, 600))).toBeLessThan(2e-5);
  });

  test('trees between layers run for all rows of a block', async () => {
    const model = modelOf('trees between layers', {
      nodes: [
        node('Gemm', ['X', 'W', 'b'], ['s']),
        node('Tanh', ['s'], ['t']),
        node('ml:TreeEnsembleRegressor', ['X'], ['leaf'], {
          nodes_treeids: { ints: [0, 0, 0] },
          nodes_nodeids: { ints: [0, 1, 2] },
          nodes_featureids: { ints: [3, 0, 0] },
          nodes_modes: { strings: ['BRANCH_LEQ', 'LEAF', 'LEAF'] },
          nodes_values: { floats: [0.25, 0, 0] },
          nodes_truenodeids: { ints: [1, 0, 0] },
          nodes_falsenodeids: { ints: [2, 0, 0] },
          target_treeids: { ints: [0, 0] },
          target_nodeids: { ints: [1, 2] },
          target_ids: { ints: [0, 0] },
          target_weights: { floats: [-1, 1] },
          n_targets: { int: 1 },
        }),
        node('Add', ['t', 'leaf'], ['moved']),
        node('Gemm', ['t', 'W', 'b'], ['second']),
        node('Add', ['second', 'moved'], ['y']),
      ],
      initializers: [numbers('W', [16, 16]), numbers('b', [16], 2)],
      inputs: [value('X', 'float32', [null, 16])],
      outputs: [value('y', 'float32', [null, 16])],
    });
    expect(await differenceOf(model, batchFor(model, 8, 600))).toBeLessThan(2e-5);
  });
});
