import {
  type AttributeValue,
  int64Tensor,
  logisticModel,
  modelOf,
  node,
  Random,
  randomBatch,
  value,
  wholeBinding,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { openCompiledSession } from './compiled-session.ts';
import { agreementOf } from './fixtures/agreement.ts';
import type { Program } from './ir/program.ts';
import { lower } from './lower/lower.ts';
import type { OnnxModel, OnnxNode } from './onnx/index.ts';
import type { Binding, TensorType } from './session.ts';

const transforms = ['NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO', 'PROBIT'];

/** Nodes over one matrix `X` of 4 columns; the last one's first output is the model's, or `outputs`. */
function graph(
  nodes: readonly OnnxNode[],
  outputs: OnnxModel['graph']['outputs'],
  type: TensorType = 'float32',
): OnnxModel {
  return modelOf('chain', { nodes, inputs: [value('X', type, [null, 4])], outputs });
}

async function agreed(model: OnnxModel, seed = 1, scale = 1) {
  const batch = randomBatch(wholeBinding(model), new Random(seed), { rows: 80 });
  const columns = batch.columns.map((column) => (column as Float64Array).map((x) => x * scale));
  const agreement = await agreementOf(model, { rows: 80, columns });
  expect(agreement, 'the model compiles').not.toBeNull();
  expect(agreement?.rowsAgree).toBe(true);
  return agreement;
}

function classifier(
  random: Random,
  scores: number,
  labels: readonly number[] | readonly string[],
  transform: string,
): OnnxModel {
  const names: AttributeValue =
    typeof labels[0] === 'string' ? { strings: labels as string[] } : { ints: labels as number[] };
  const type = typeof labels[0] === 'string' ? 'string' : 'int64';
  const attributes = {
    coefficients: { floats: Array.from({ length: scores * 4 }, () => random.normal()) },
    intercepts: { floats: Array.from({ length: scores }, () => random.normal()) },
    [type === 'string' ? 'classlabels_strings' : 'classlabels_ints']: names,
    post_transform: transform,
  };
  return graph(
    [node('ml:LinearClassifier', ['X'], ['label', 'scores'], attributes)],
    [value('label', type, [null]), value('scores', 'float32', [null, labels.length])],
  );
}

describe('LinearClassifier', () => {
  test.each(transforms)('of three classes, text labels, %s', async (transform) => {
    for (let seed = 1; seed <= 5; seed++) {
      const model = classifier(new Random(seed), 3, ['a', 'b', 'c'], transform);
      expect((await agreed(model, seed, transform === 'PROBIT' ? 0.01 : 1))?.differenceMax).toBeLessThan(2e-6);
    }
  });

  test.each(transforms.slice(0, 4))(
    'of two rows of weights, number labels that do not count up, %s',
    async (transform) => {
      const agreement = await agreed(classifier(new Random(2), 2, [7, 3], transform));
      expect(agreement?.differenceMax, agreement?.first).toBeLessThan(2e-6);
    },
  );

  test.each(['NONE', 'LOGISTIC'])('of one row of weights for two labels, %s', async (transform) => {
    const agreement = await agreed(classifier(new Random(3), 1, [7, 3], transform));
    expect(agreement?.differenceMax, agreement?.first).toBeLessThan(2e-6);
  });

  test.each(['SOFTMAX', 'SOFTMAX_ZERO', 'PROBIT'])(
    'of one row of weights, %s, is left to ONNX Runtime',
    async (transform) => {
      const model = classifier(new Random(3), 1, [0, 1], transform);
      expect(await agreementOf(model, randomBatch(wholeBinding(model), new Random(1), { rows: 4 }))).toBeNull();
    },
  );
});

describe('LinearRegressor', () => {
  test.each(transforms)('of three targets, %s', async (transform) => {
    const random = new Random(5);
    const attributes = {
      coefficients: { floats: Array.from({ length: 12 }, () => random.normal()) },
      intercepts: { floats: [0.5, 0.4, 0.6] },
      targets: { int: 3 },
      post_transform: transform,
    };
    const model = graph([node('ml:LinearRegressor', ['X'], ['y'], attributes)], [value('y', 'float32', [null, 3])]);
    const agreement = await agreed(model, 2, transform === 'PROBIT' ? 0.01 : 1);
    expect(agreement?.differenceMax, agreement?.first).toBeLessThan(2e-6);
  });

  test('of one target without intercept', async () => {
    const attributes = { coefficients: { floats: [1, -2, 0.5, 3] } };
    const model = graph([node('ml:LinearRegressor', ['X'], ['y'], attributes)], [value('y', 'float32', [null, 1])]);
    expect((await agreed(model))?.differenceMax).toBeLessThan(2e-6);
  });

  test('of so many inputs and targets that the sums run in loops', async () => {
    const random = new Random(6);
    const attributes = {
      coefficients: { floats: Array.from({ length: 90 * 8 }, () => random.normal()) },
      targets: { int: 8 },
    };
    const model = modelOf('wide', {
      nodes: [node('ml:LinearRegressor', ['X'], ['y'], attributes)],
      inputs: [value('X', 'float32', [null, 90])],
      outputs: [value('y', 'float32', [null, 8])],
    });
    expect((await agreed(model))?.differenceMax).toBeLessThan(2e-5);
  });
});

describe('wide models, whose sums run as loops over scaled inputs', () => {
  test.each([25, 100, 300])('logistic regression of %i columns', async (features) => {
    const agreement = await agreed(logisticModel({ features }));
    expect(agreement?.differenceMax, agreement?.first).toBeLessThan(2e-6);
  });

  test('one feature that fills all columns is the same as a feature a column', () => {
    const model = logisticModel({ features: 30 });
    const { inputs, outputs } = wholeBinding(model);
    const batch = randomBatch({ inputs, outputs }, new Random(8), { rows: 300 });
    const columns = batch.columns as readonly Float64Array[];
    const array = Float64Array.from({ length: 300 * 30 }, (_, at) => columns[at % 30][Math.floor(at / 30)]);
    const [first] = inputs;
    const apart = openCompiledSession(programOf(model, { inputs, outputs }), { inputs, outputs });
    const joined = { inputs: [{ ...first, width: 30 }], outputs };
    const together = openCompiledSession(programOf(model, joined), joined);
    expect(together.run({ rows: 300, columns: [array] })).toEqual(apart.run(batch));
    const out = new Float64Array(outputs.length);
    together.row?.(array.subarray(30, 60), [], out);
    expect([...out]).toEqual((apart.run(batch) as readonly Float64Array[]).map((lane) => lane[1]));
  });
});

function programOf(model: OnnxModel, binding: Binding): Program {
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  return lowering.program;
}

describe('in front and behind', () => {
  const scaler = { offset: { floats: [0.1, -0.7, 3, 0] }, scale: { floats: [1.5, 0.3, -2, 1] } };

  test.each(['float32', 'float64', 'int64'] as const)('Scaler of %s equals in every bit', async (type) => {
    const model = graph([node('ml:Scaler', ['X'], ['y'], scaler)], [value('y', 'float32', [null, 4])], type);
    const agreement = await agreed(model, 1, type === 'int64' ? 1e8 : 1);
    expect(agreement?.bitEqual, agreement?.first).toBe(agreement?.values);
  });

  test('Scaler of one offset and scale for all columns', async () => {
    const one = { offset: { floats: [0.5] }, scale: { floats: [2.5] } };
    const agreement = await agreed(graph([node('ml:Scaler', ['X'], ['y'], one)], [value('y', 'float32', [null, 4])]));
    expect(agreement?.bitEqual, agreement?.first).toBe(agreement?.values);
  });

  test.each(['L1', 'L2', 'MAX'])('Normalizer %s', async (norm) => {
    const model = graph([node('ml:Normalizer', ['X'], ['y'], { norm })], [value('y', 'float32', [null, 4])]);
    expect((await agreed(model))?.differenceMax).toBeLessThan(1e-6);
  });

  test('Cast of int64 and float64 to float32 rounds once; Identity, Flatten and Reshape keep the table', async () => {
    for (const type of ['int64', 'float64'] as const) {
      const nodes = [
        node('Identity', ['X'], ['a']),
        node('Cast', ['a'], ['b'], { to: { int: 1 } }),
        node('Flatten', ['b'], ['c'], { axis: { int: 1 } }),
        node('Reshape', ['c', 'shape'], ['y']),
      ];
      const model = modelOf('casts', {
        nodes,
        inputs: [value('X', type, [null, 4])],
        outputs: [value('y', 'float32', [null, 4])],
        initializers: [int64Tensor('shape', [2], [-1, 4])],
      });
      const agreement = await agreed(model, 1, 1e9);
      expect(agreement?.bitEqual, agreement?.first).toBe(agreement?.values);
    }
  });

  test('Concat joins columns of several inputs in its own order', async () => {
    const model = modelOf('concat', {
      nodes: [node('Concat', ['b', 'a', 'b'], ['y'], { axis: { int: 1 } })],
      inputs: [value('a', 'float32', [null, 1]), value('b', 'float32', [null, 2])],
      outputs: [value('y', 'float32', [null, 5])],
    });
    const agreement = await agreed(model);
    expect(agreement?.bitEqual, agreement?.first).toBe(agreement?.values);
  });

  test('labels survive casts to text and numbers', async () => {
    for (const [to, type] of [
      [8, 'string'],
      [1, 'float32'],
      [7, 'int64'],
    ] as const) {
      const base = classifier(new Random(4), 2, [7, 3], 'NONE');
      const cast = node('Cast', ['label'], ['cast'], { to: { int: to } });
      const model = {
        ...base,
        graph: { ...base.graph, nodes: [...base.graph.nodes, cast], outputs: [value('cast', type, [null])] },
      };
      const agreement = await agreed(model);
      expect(agreement?.bitEqual, agreement?.first).toBe(agreement?.values);
    }
  });
});
