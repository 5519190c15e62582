import {
  type AttributeValue,
  floatTensor,
  logisticModel,
  modelOf,
  node,
  stumpModel,
  value,
  wholeBinding,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { compileProgram } from '../compile.ts';
import type { OnnxModel, OnnxTensor } from '../onnx/index.ts';
import { type Lowering, lower } from './lower.ts';

function lowered(model: OnnxModel): Lowering {
  return lower(model, wholeBinding(model));
}

function float64Tensor(values: readonly number[]): OnnxTensor {
  return { name: '', type: 'float64', dims: [values.length], data: Float64Array.from(values) };
}

/** The stump with some attributes replaced; `null` removes one. */
function stumpWith(changes: Readonly<Record<string, AttributeValue | null>>): OnnxModel {
  const model = stumpModel();
  const [stump] = model.graph.nodes;
  const attributes = new Map(stump?.attributes);
  for (const [name, change] of Object.entries(changes)) {
    const [made] = change === null ? [] : node('x', [], ['y'], { [name]: change }).attributes.values();
    if (made === undefined) attributes.delete(name);
    else attributes.set(name, made);
  }
  return {
    ...model,
    graph: {
      ...model.graph,
      nodes: [{ ...node('ml:TreeEnsembleClassifier', ['X'], ['label', 'probabilities']), attributes }],
    },
  };
}

describe('refusals name the operator, the node and the reason', () => {
  test('an operator that the compiler does not know', () => {
    const model = modelOf('determinant', {
      nodes: [node('Det', ['X'], ['y'])],
      inputs: [value('X', 'float32', [null, 2, 2])],
      outputs: [value('y', 'float32', [null])],
    });
    expect(lowered(model)).toEqual({
      kind: 'refused',
      op: 'Det',
      node: 'y_node',
      reason: 'the compiler does not know this operator',
    });
  });

  test('a tree operator of an ai.onnx.ml that dropped it, and one of an unknown version', () => {
    const of = (version: number) => lowered({ ...stumpModel(), opsets: new Map([['ai.onnx.ml', version]]) });
    expect(of(5)).toEqual({
      kind: 'refused',
      op: 'TreeEnsembleClassifier',
      node: 'label_node',
      reason: 'ai.onnx.ml 5 does not have it any more',
    });
    expect(of(6)).toMatchObject({ kind: 'refused', reason: 'it is of ai.onnx.ml 6; the compiler knows up to 5' });
  });

  test('what a step is refused for: of the node that asked for it', () => {
    const model = modelOf('rows', {
      nodes: [node('Shape', ['X'], ['shape']), node('Mul', ['shape', 'shape'], ['y'])],
      inputs: [value('X', 'float32', [null, 2])],
      outputs: [value('y', 'int64', [null])],
    });
    expect(lowered(model)).toEqual({
      kind: 'refused',
      op: 'Mul',
      node: 'y_node',
      reason: 'it computes with the number of rows',
    });
  });

  test('an operator of an older opset than the compiler knows', () => {
    const model = modelOf('old', {
      nodes: [node('Add', ['X', 'X'], ['y'])],
      inputs: [value('X', 'float32', [null, 2])],
      outputs: [value('y', 'float32', [null, 2])],
    });
    expect(lowered({ ...model, opsets: new Map([['', 8]]) })).toMatchObject({
      kind: 'refused',
      reason: 'it is of ai.onnx 8; the compiler knows 9 and later',
    });
    expect(lowered({ ...model, opsets: new Map([['', 9]]) })).toMatchObject({ kind: 'program' });
  });

  test.each<[string, Record<string, AttributeValue | null>, RegExp]>([
    [
      'an unknown mode',
      { nodes_modes: { strings: ['BRANCH_LIKE', 'LEAF', 'LEAF'] } },
      /"BRANCH_LIKE", which the operator/,
    ],
    ['an unknown post_transform', { post_transform: 'CUBE' }, /post_transform is "CUBE"/],
    ['a comparison with NaN', { nodes_values: { floats: [Number.NaN, 0, 0] } }, /compares with NaN/],
    [
      'float64 trees over float32 input',
      { nodes_values_as_tensor: { tensor: float64Tensor([0, 0, 0]) }, nodes_values: null },
      /holds float64 but the input is float32/,
    ],
    [
      'thresholds twice',
      { nodes_values_as_tensor: { tensor: floatTensor('', [3], [0, 0, 0]) } },
      /both nodes_values and/,
    ],
    ['base values of both classes under one id', { base_values: { floats: [1, 2] } }, /base_values of both classes/],
    [
      'class 1 alone with labels that do not count up',
      { class_ids: { ints: [1, 1] }, classlabels_int64s: { ints: [3, 4] } },
      /labels 3, 4/,
    ],
    ['a leaf that votes twice', { class_nodeids: { ints: [1, 1] } }, /votes twice/],
    ['rows without a vote', { class_ids: { ints: [0, 1] } }, /some rows get no vote for class 1/],
    ['one class', { classlabels_int64s: { ints: [4] } }, /one class/],
    ['two classes of one label', { classlabels_int64s: { ints: [4, 4] } }, /one label/],
    ['no trees', { nodes_treeids: { ints: [] } }, /no trees/],
    ['an attribute of another type', { nodes_values: { ints: [1, 2, 3] } }, /of type ints, not floats/],
  ])('%s', (_, changes, reason) => {
    const lowering = lowered(stumpWith(changes));
    expect(lowering.kind).toBe('refused');
    expect(lowering.kind === 'refused' ? lowering.reason : '').toMatch(reason);
  });

  test('neither float64 input to trees nor labels that are integers', () => {
    const trees = stumpModel();
    const model = { ...trees, graph: { ...trees.graph, inputs: [value('X', 'float64', [null, 2])] } };
    expect(lowered(model)).toMatchObject({ kind: 'program' });
    const scaler = node('ml:Scaler', ['label'], ['y'], { offset: { floats: [1] }, scale: { floats: [1] } });
    const onLabels = {
      ...trees,
      graph: { ...trees.graph, nodes: [...trees.graph.nodes, scaler], outputs: [value('y', 'float32', [null, 1])] },
    };
    // Labels that are integers are numbers to what follows.
    expect(lowered(onLabels)).toMatchObject({ kind: 'program' });
  });
});

describe('trees that cannot be walked', () => {
  test.each<[string, Record<string, AttributeValue>, RegExp]>([
    ['a child that is not there', { nodes_truenodeids: { ints: [9, 0, 0] } }, /a child 9 that is not there/],
    ['a negative child', { nodes_falsenodeids: { ints: [-1, 0, 0] } }, /a child -1 that is not there/],
    ['a node that is its own child', { nodes_truenodeids: { ints: [0, 0, 0] } }, /leads back into itself/],
    [
      'a cycle without a leaf',
      { nodes_modes: { strings: ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_LT'] } },
      /leads back into itself/,
    ],
    ['a feature beyond the input', { nodes_featureids: { ints: [2, 0, 0] } }, /reads column 2 of 2/],
    ['two nodes of one id', { nodes_nodeids: { ints: [0, 1, 1] } }, /two nodes 1/],
    ['a weight of a node that is not there', { class_nodeids: { ints: [1, 8] } }, /node 8 of tree 0 has a weight/],
    ['a vote for a class that is not there', { class_ids: { ints: [0, 5] } }, /votes for number 5 of 2/],
  ])('%s: ARTIFACT_CORRUPT', (_, changes, message) => {
    expect(() => lowered(stumpWith(changes))).toThrow(
      expect.objectContaining({ code: 'ARTIFACT_CORRUPT', message: expect.stringMatching(message) }),
    );
  });

  test('a chain of 100,000 nodes is walked without a deep stack', () => {
    const count = 100_000;
    const ids = Array.from({ length: count * 2 + 1 }, (_, id) => id);
    const isLeaf = (id: number) => id >= count;
    const model = stumpWith({
      nodes_treeids: { ints: ids.map(() => 0) },
      nodes_nodeids: { ints: ids },
      nodes_featureids: { ints: ids.map(() => 0) },
      nodes_modes: { strings: ids.map((id) => (isLeaf(id) ? 'LEAF' : 'BRANCH_LEQ')) },
      nodes_values: { floats: ids.map((id) => -id) },
      nodes_truenodeids: { ints: ids.map((id) => (isLeaf(id) ? 0 : id + 1)) },
      nodes_falsenodeids: { ints: ids.map((id) => (isLeaf(id) ? 0 : count + 1 + id)) },
      class_treeids: { ints: ids.slice(count).map(() => 0) },
      class_nodeids: { ints: ids.slice(count) },
      class_ids: { ints: ids.slice(count).map(() => 0) },
      class_weights: { floats: ids.slice(count).map((id) => id / (2 * count)) },
    });
    const lowering = lowered(model);
    if (lowering.kind === 'refused') throw new Error(lowering.reason);
    const { columns } = compileProgram(lowering.program);
    const [, , score] = columns({ rows: 2, columns: [Float64Array.of(1, -count), Float64Array.of(0, 0)] });
    expect([...(score as Float32Array)]).toEqual([
      Math.fround((count + 1) / (2 * count)),
      Math.fround(count / (2 * count)),
    ]);
  });
});

test('text of a model stays text, whatever it says', () => {
  const nasty = ['`$\u007bglobalThis.broken = 1}`', '"]; globalThis.broken = 1; //', '\u2028</script>\\', '__proto__'];
  const model = modelOf('"; globalThis.broken = 1; "', {
    nodes: [
      node('ml:LinearClassifier', ['X'], ['label', 'scores'], {
        coefficients: { floats: [1, -1, 0.5, 0] },
        intercepts: { floats: [0, 0, 0, 0.1] },
        classlabels_strings: { strings: nasty },
      }),
    ],
    inputs: [value('X', 'float32', [null, 1])],
    outputs: [value('label', 'string', [null])],
  });
  const binding = {
    inputs: wholeBinding(model).inputs,
    outputs: [{ output: 'label', column: 0, type: 'string' as const, labels: null }],
  };
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  const { columns, row } = compileProgram(lowering.program);
  expect(columns({ rows: 3, columns: [Float64Array.of(3, -3, 0)] })).toEqual([[nasty[0], nasty[1], nasty[3]]]);
  expect(row).toBeNull();
  expect(globalThis).not.toHaveProperty('broken');
});

test('only what the binding asks for is computed', () => {
  const model = logisticModel({ features: 3, zipMap: false });
  const { inputs, outputs } = wholeBinding(model);
  const all = lower(model, { inputs, outputs });
  const one = lower(model, {
    inputs,
    outputs: outputs.filter(({ column, labels }) => labels === null && column === 1),
  });
  const weights = (lowering: Lowering) =>
    lowering.kind === 'program'
      ? lowering.program.steps.flatMap((step) => (step.op === 'linear' ? [step.weights.length] : []))
      : [];
  expect(weights(all)).toEqual([6]);
  expect(weights(one)).toEqual([3]);
});
