import { type AttributeValue, modelOf, node, stumpModel, value, wholeBinding } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { openOracle } from '../fixtures/oracle.ts';
import type { OnnxModel, TensorType } from '../index.ts';
import { lower } from './lower.ts';

// Constructs that ONNX says one thing about and ONNX Runtime 1.30.0 another, or that nobody can run.

type Changes = Readonly<Record<string, AttributeValue | null>>;

function tensorOf(type: TensorType, values: readonly number[]): AttributeValue {
  const data =
    type === 'float64'
      ? Float64Array.from(values)
      : type === 'uint8'
        ? Uint8Array.from(values)
        : Float32Array.from(values);
  return { tensor: { name: '', type, dims: [values.length], data } };
}

const numbers = (...values: number[]) => tensorOf('float64', values);
const modes = (...values: number[]) => tensorOf('uint8', values);
const ints = (...values: number[]): AttributeValue => ({ ints: values });

function withChanges(attributes: Readonly<Record<string, AttributeValue>>, changes: Changes) {
  const merged = Object.entries({ ...attributes, ...changes });
  return Object.fromEntries(merged.filter((entry): entry is [string, AttributeValue] => entry[1] !== null));
}

/** Two questions and three leaves over two float64 columns, with some attributes replaced; `null` removes one. */
function ensemble(changes: Changes, type: TensorType = 'float64', targets = 1): OnnxModel {
  const attributes = withChanges(
    {
      n_targets: { int: targets },
      tree_roots: ints(0),
      nodes_modes: modes(0, 0),
      nodes_featureids: ints(0, 1),
      nodes_splits: numbers(0.5, 1.5),
      nodes_truenodeids: ints(1, 0),
      nodes_trueleafs: ints(0, 1),
      nodes_falsenodeids: ints(2, 1),
      nodes_falseleafs: ints(1, 1),
      leaf_targetids: ints(0, 0, 0),
      leaf_weights: numbers(1, 10, 100),
    },
    changes,
  );
  const model = modelOf('ensemble', {
    nodes: [node('ml:TreeEnsemble', ['X'], ['y'], attributes)],
    inputs: [value('X', type, [null, 2])],
    outputs: [value('y', type, [null, targets])],
  });
  const opsets = new Map([
    ['', 15],
    ['ai.onnx.ml', 5],
  ]);
  return { ...model, irVersion: 9, opsets };
}

/** The stump of the testkit as TreeEnsembleRegressor. */
function regressor(changes: Changes): OnnxModel {
  const attributes = withChanges(
    {
      nodes_treeids: ints(0, 0, 0),
      nodes_nodeids: ints(0, 1, 2),
      nodes_featureids: ints(0, 0, 0),
      nodes_modes: { strings: ['BRANCH_LEQ', 'LEAF', 'LEAF'] },
      nodes_values: { floats: [1.5, 0, 0] },
      nodes_truenodeids: ints(1, 0, 0),
      nodes_falsenodeids: ints(2, 0, 0),
      target_treeids: ints(0, 0),
      target_nodeids: ints(1, 2),
      target_ids: ints(0, 0),
      target_weights: { floats: [1, 2] },
      n_targets: { int: 1 },
    },
    changes,
  );
  return modelOf('regressor', {
    nodes: [node('ml:TreeEnsembleRegressor', ['X'], ['y'], attributes)],
    inputs: [value('X', 'float32', [null, 2])],
    outputs: [value('y', 'float32', [null, 1])],
  });
}

const twoTargets = { leaf_targetids: ints(0, 1, 0) };
const shared = { nodes_truenodeids: ints(1, 0), nodes_falsenodeids: ints(1, 1), nodes_falseleafs: ints(0, 1) };

describe('refused with the reason, and what ONNX Runtime makes of it', () => {
  test.each<[string, OnnxModel, RegExp, 'serves' | 'refuses too']>([
    [
      'SOFTMAX, whose number is LOGISTIC there',
      ensemble({ post_transform: { int: 1 }, ...twoTargets }, 'float64', 2),
      /SOFTMAX means another transform/,
      'serves',
    ],
    [
      'LOGISTIC, whose number is SOFTMAX there',
      ensemble({ post_transform: { int: 2 }, ...twoTargets }, 'float64', 2),
      /LOGISTIC means another transform/,
      'serves',
    ],
    [
      'LOGISTIC of one target, which it leaves out',
      regressor({ post_transform: 'LOGISTIC' }),
      /LOGISTIC of one target/,
      'serves',
    ],
    [
      'SOFTMAX_ZERO in float64',
      ensemble({ post_transform: { int: 3 }, ...twoTargets }, 'float64', 2),
      /SOFTMAX_ZERO of float64/,
      'serves',
    ],
    ['a threshold of NaN', ensemble({ nodes_splits: numbers(Number.NaN, 0) }), /node 0 compares with NaN/, 'serves'],
    ['a node that two ways lead to', ensemble(shared), /leads to node 1 in two ways/, 'refuses too'],
    [
      'members beyond int32',
      ensemble({ nodes_modes: modes(6, 0), membership_values: numbers(2 ** 31, Number.NaN) }),
      /not of int32/,
      'refuses too',
    ],
    [
      'hit rates beside float64',
      ensemble({ nodes_hitrates: tensorOf('float32', [1, 1]) }),
      /nodes_hitrates/,
      'refuses too',
    ],
    ['no trees', ensemble({ tree_roots: ints() }), /no trees/, 'serves'],
    [
      'a child beyond the number of nodes',
      regressor({ nodes_nodeids: ints(0, 1, 7), nodes_falsenodeids: ints(7, 0, 0), target_nodeids: ints(1, 7) }),
      /child 7, a number beyond the 3 nodes/,
      'refuses too',
    ],
    ['tree -1', regressor({ nodes_treeids: ints(-1, -1, -1), target_treeids: ints(-1, -1) }), /number -1/, 'serves'],
    [
      'equality with one child',
      regressor({ nodes_modes: { strings: ['BRANCH_EQ', 'LEAF', 'LEAF'] }, nodes_falsenodeids: ints(1, 0, 0) }),
      /both answers lead to one child/,
      'serves',
    ],
    [
      'an unknown mode by name',
      regressor({ nodes_modes: { strings: ['BRANCH_LIKE', 'LEAF', 'LEAF'] } }),
      /"BRANCH_LIKE", which the operator/,
      'refuses too',
    ],
    ['base values of both classes under the id of one', classifierWithBases(), /base_values of both classes/, 'serves'],
    ['float16', ensemble({}, 'float16'), /float16/, 'refuses too'],
  ])('%s', async (_, model, reason, there) => {
    const binding = wholeBinding(model);
    const lowering = lower(model, binding);
    expect(lowering.kind === 'refused' ? lowering.reason : 'compiled').toMatch(reason);
    const loading = openOracle(model, binding);
    if (there === 'refuses too') await expect(loading).rejects.toThrow();
    else await (await loading).close();
  });
});

function classifierWithBases(): OnnxModel {
  const model = stumpModel();
  const [stump] = model.graph.nodes;
  if (stump === undefined) throw new Error('the stump has no node');
  const bases = { type: 'floats' as const, value: Float32Array.of(1, 2) };
  const attributes = new Map([...stump.attributes, ['base_values', bases] as const]);
  return { ...model, graph: { ...model.graph, nodes: [{ ...stump, attributes }] } };
}

describe('TreeEnsembles that no engine can run: ARTIFACT_CORRUPT', () => {
  test.each<[string, Changes, RegExp]>([
    ['an unknown mode', { nodes_modes: modes(0, 7) }, /node 1 is of mode 7/],
    ['a child that is not there', { nodes_truenodeids: ints(2, 0) }, /leads to node 2 of 2/],
    ['a negative child', { nodes_truenodeids: ints(-1, 0) }, /leads to node -1 of 2/],
    ['a leaf that is not there', { nodes_falsenodeids: ints(2, 3) }, /leads to leaf 3 of 3/],
    ['a root that is not there', { tree_roots: ints(5) }, /leads to node 5 of 2/],
    ['a loop of one node', { nodes_truenodeids: ints(0, 0) }, /leads back into itself/],
    ['a loop of two', { nodes_trueleafs: ints(0, 0) }, /leads back into itself/],
    ['a set that is not there', { nodes_modes: modes(6, 0) }, /a member of an empty set/],
    ['a feature beyond the input', { nodes_featureids: ints(0, 2) }, /reads column 2 of 2/],
    ['a vote for a target that is not there', { leaf_targetids: ints(0, 1, 0) }, /number 1 of 1/],
    ['lists of other lengths', { nodes_falseleafs: ints(1) }, /nodes_falseleafs has 1 values, not 2/],
    ['an unknown aggregate', { aggregate_function: { int: 4 } }, /aggregate_function is 4/],
    ['an unknown transform', { post_transform: { int: 5 } }, /post_transform is 5/],
    ['no targets', { n_targets: { int: 0 } }, /0 targets/],
    ['modes of another type', { nodes_modes: numbers(0, 0) }, /nodes_modes holds float64, not uint8/],
  ])('%s', (_, changes, message) => {
    const model = ensemble(changes);
    expect(() => lower(model, wholeBinding(model))).toThrow(
      expect.objectContaining({ code: 'ARTIFACT_CORRUPT', message: expect.stringMatching(message) }),
    );
  });
});

describe('hostile sizes', () => {
  test('a million roots on one tree are not walked one by one', () => {
    const roots = new Array<number>(1_000_000).fill(0);
    const model = ensemble({ tree_roots: { ints: roots } });
    expect(lower(model, wholeBinding(model))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('its trees share nodes'),
    });
  });

  test('sets that would need a huge table of answers are refused', () => {
    const count = 30_000;
    const places = Array.from({ length: count }, (_, at) => at);
    const model = ensemble({
      nodes_modes: tensorOf(
        'uint8',
        places.map(() => 6),
      ),
      nodes_featureids: { ints: places.map(() => 0) },
      nodes_splits: tensorOf('float64', places),
      nodes_truenodeids: { ints: places.map(() => 0) },
      nodes_trueleafs: { ints: places.map(() => 1) },
      nodes_falsenodeids: { ints: places.map((at) => (at + 1 < count ? at + 1 : 1)) },
      nodes_falseleafs: { ints: places.map((at) => (at + 1 < count ? 0 : 1)) },
      membership_values: tensorOf(
        'float64',
        places.flatMap((at) => [at, Number.NaN]),
      ),
    });
    expect(lower(model, wholeBinding(model))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('its sets of categories are'),
    });
  });

  test('a billion targets are refused before anything is made for them', () => {
    const model = { ...ensemble({ n_targets: { int: 1e9 } }) };
    const binding = wholeBinding(ensemble({}));
    expect(lower(model, binding)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('1000000000 targets'),
    });
  });
});
