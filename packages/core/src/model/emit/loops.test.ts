import {
  floatTensor,
  int64Tensor,
  modelOf,
  node,
  Random,
  treeRegressorModel,
  value,
  wholeBinding,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { compileProgram } from '../compile.ts';
import { agreementOf } from '../fixtures/agreement.ts';
import { wideValues, writtenLanes } from '../ir/wide-values.ts';
import { lower } from '../lower/lower.ts';
import type { NumberType } from '../lower/tensor.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../onnx/index.ts';
import type { FeatureBatch } from '../session.ts';
import { emitProgram } from './emit-program.ts';

const columns = 90;
const rows = 300;

function numbersOf(seed: number, count: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Math.fround(random.normal() * 2));
}

function wide(
  nodes: readonly OnnxNode[],
  initializers: readonly OnnxTensor[],
  { type = 'float32' as NumberType, output = 'float32' as NumberType, width = columns } = {},
): OnnxModel {
  return modelOf('wide', {
    nodes,
    inputs: [value('X', type, [null, columns])],
    outputs: [value('y', output, [null, width])],
    initializers: [
      floatTensor('mean', [columns], numbersOf(1, columns)),
      floatTensor('spread', [columns], numbersOf(2, columns)),
      ...initializers,
    ],
  });
}

function batchOf(seed: number, round = false): FeatureBatch {
  const random = new Random(seed);
  const number = () => (random.next() < 0.05 ? Number.NaN : Math.fround(random.normal() * 3));
  const whole = () => random.integer(5);
  return {
    rows,
    columns: Array.from({ length: columns }, () => Float64Array.from({ length: rows }, round ? whole : number)),
  };
}

/** Equal to ONNX Runtime in every bit, in columns and row by row, by a text that doesn't grow with the columns. */
async function expectLoops(model: OnnxModel, batch: FeatureBatch, characters = 4000): Promise<void> {
  const binding = wholeBinding(model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  expect(wideValues(lowering.program).size).toBeGreaterThan(0);
  const outputs = 120 * binding.outputs.length;
  expect(emitProgram(lowering.program).source.length).toBeLessThan(characters + outputs);
  const agreement = await agreementOf(model, batch);
  expect(agreement?.bitEqual, agreement?.first).toBe(agreement?.values);
  expect(agreement?.rowsAgree).toBe(true);
}

describe('wide steps are loops', () => {
  test('scaling, functions, comparisons and choices', async () => {
    const nodes = [
      node('Sub', ['X', 'mean'], ['centred']),
      node('Div', ['centred', 'spread'], ['scaled']),
      node('Less', ['scaled', 'zero'], ['negative']),
      node('Neg', ['scaled'], ['turned']),
      node('Where', ['negative', 'turned', 'scaled'], ['size']),
      node('Sqrt', ['size'], ['root']),
      node('IsNaN', ['root'], ['missing']),
      node('Where', ['missing', 'mean', 'root'], ['filled']),
      node('Clip', ['filled', 'zero', 'three'], ['y']),
    ];
    await expectLoops(wide(nodes, [floatTensor('zero', [], [0]), floatTensor('three', [], [3])]), batchOf(3));
  });

  test('Imputer and Scaler of ai.onnx.ml', async () => {
    const nodes = [
      node('ml:Imputer', ['X'], ['filled'], {
        imputed_value_floats: { floats: numbersOf(4, columns) },
        replaced_value_float: { float: Number.NaN },
      }),
      node('ml:Scaler', ['filled'], ['y'], {
        offset: { floats: numbersOf(5, columns) },
        scale: { floats: numbersOf(6, columns) },
      }),
    ];
    await expectLoops(wide(nodes, []), batchOf(5));
  });

  test('elements that stand apart or the other way round, and reductions over them', async () => {
    const nodes = [
      node('Sub', ['X', 'mean'], ['centred']),
      node('Slice', ['centred', 'last', 'front', 'one', 'back'], ['turned']),
      node('Mul', ['turned', 'spread'], ['weighed']),
      node('ReduceMax', ['weighed'], ['most'], { axes: { ints: [1] }, keepdims: { int: 1 } }),
      node('Sub', ['weighed', 'most'], ['y']),
    ];
    const bounds = [
      int64Tensor('last', [1], [-1]),
      int64Tensor('front', [1], [-columns - 1]),
      int64Tensor('one', [1], [1]),
      int64Tensor('back', [1], [-1]),
    ];
    const batch = batchOf(6, true);
    await expectLoops(wide(nodes, bounds), batch);
    const places = [
      node('Mul', ['X', 'spread'], ['weighed']),
      node('ArgMax', ['weighed'], ['y'], { axis: { int: 1 } }),
    ];
    await expectLoops(wide(places, [], { output: 'int64', width: 1 }), batch);
  });

  test('tables of integers, and an index that is out of range', async () => {
    const nodes = [
      node('ml:LabelEncoder', ['X'], ['coded'], {
        keys_int64s: { ints: [0, 1, 2, 3] },
        values_floats: { floats: [0.5, -1, 7, 0.25] },
        default_float: { float: -3 },
      }),
      node('Mul', ['coded', 'spread'], ['y']),
    ];
    await expectLoops(wide(nodes, [], { type: 'int64' }), batchOf(7, true), 6000);
    const picking = [node('Gather', ['list', 'X'], ['y'], { axis: { int: 0 } })];
    const list = floatTensor('list', [4], [1, 2, 3, 4]);
    const lowering = lower(
      wide(picking, [list], { type: 'int64' }),
      wholeBinding(wide(picking, [list], { type: 'int64' })),
    );
    if (lowering.kind === 'refused') throw new Error(lowering.reason);
    const { columns: run } = compileProgram(lowering.program);
    expect(() => run(batchOf(7, true))).toThrow(expect.objectContaining({ code: 'MODEL_FAILED' }));
  });

  test('what trees read of them, and what is read of them behind the trees', async () => {
    const trees = treeRegressorModel({ features: columns, trees: 20, depth: 5 });
    const [target] = trees.graph.outputs;
    const nodes = [
      node('Sub', ['X', 'mean'], ['centred']),
      ...trees.graph.nodes.map((ensemble) => ({ ...ensemble, inputs: ['centred'] })),
      node('Mul', ['centred', target?.name ?? ''], ['y']),
    ];
    await expectLoops(wide(nodes, []), batchOf(8), 60_000);
  });
});

test('one feature that fills all columns gives the bits of a feature a column', () => {
  const model = wide([node('Sub', ['X', 'mean'], ['c']), node('Div', ['c', 'spread'], ['y'])], []);
  const { inputs, outputs } = wholeBinding(model);
  const [first] = inputs;
  const apart = batchOf(9);
  const joined = Float64Array.from({ length: rows * columns }, (_, at) =>
    Number(apart.columns[at % columns]?.[Math.floor(at / columns)]),
  );
  const run = (binding: { inputs: typeof inputs; outputs: typeof outputs }, batch: FeatureBatch) => {
    const lowering = lower(model, binding);
    if (lowering.kind === 'refused') throw new Error(lowering.reason);
    return compileProgram(lowering.program).columns(batch);
  };
  expect(run({ inputs: [{ ...first, width: columns }], outputs }, { rows, columns: [joined] })).toEqual(
    run({ inputs, outputs }, apart),
  );
});

test('small programs are written out, and only what no loop fills counts as written', () => {
  const model = wide([node('Sub', ['X', 'mean'], ['c']), node('Div', ['c', 'spread'], ['y'])], []);
  const whole = lower(model, wholeBinding(model));
  const { inputs, outputs } = wholeBinding(model);
  const part = lower(model, { inputs, outputs: outputs.slice(0, 40) });
  if (whole.kind === 'refused' || part.kind === 'refused') throw new Error('refused');
  expect(wideValues(part.program).size).toBe(0);
  expect(writtenLanes(part.program)).toBe(120);
  expect(wideValues(whole.program).size).toBe(3);
  expect(writtenLanes(whole.program)).toBe(0);
});
