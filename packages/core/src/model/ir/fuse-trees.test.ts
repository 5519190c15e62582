import { modelOf, node, Random, value } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { expectSameBits, fusedSteps, hardNumbers, lowered } from '../fixtures/fused.ts';
import { nextDown, nextUp } from '../math/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { fuse } from './fuse.ts';

test('questions about a one-hot input at, below and above its values', () => {
  const thresholds = [
    0,
    -0,
    1,
    0.5,
    nextDown(0),
    nextUp(0),
    nextDown(1),
    nextUp(1),
    -1,
    2,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const mode of ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ']) {
    for (const tracks of [0, 1]) {
      const usable = thresholds.filter(
        (threshold) => !(mode === 'BRANCH_LT' || mode === 'BRANCH_GTE') || threshold !== Number.NEGATIVE_INFINITY,
      );
      const given = lowered(oneHotStumps(usable, mode, tracks));
      expectSameBits(given, { rows: 4, columns: [['a', 'b', 'c', 'z']] });
    }
  }
});

/** One tree a threshold, whose single question is about the second category; each says so by a power of 2. */
function oneHotStumps(thresholds: readonly number[], mode: string, tracks: number): OnnxModel {
  const three = (make: (tree: number) => readonly number[]) => ({ ints: thresholds.flatMap((_, tree) => make(tree)) });
  return modelOf('stumps', {
    nodes: [
      node('ml:OneHotEncoder', ['X'], ['hot'], { cats_strings: { strings: ['a', 'b', 'c'] } }),
      node('Flatten', ['hot'], ['flat']),
      node('ml:TreeEnsembleRegressor', ['flat'], ['y'], {
        nodes_treeids: three((tree) => [tree, tree, tree]),
        nodes_nodeids: three(() => [0, 1, 2]),
        nodes_featureids: three(() => [1, 0, 0]),
        nodes_modes: { strings: thresholds.flatMap(() => [mode, 'LEAF', 'LEAF']) },
        nodes_values: { floats: thresholds.flatMap((threshold) => [threshold, 0, 0]) },
        nodes_truenodeids: three(() => [1, 0, 0]),
        nodes_falsenodeids: three(() => [2, 0, 0]),
        nodes_missing_value_tracks_true: three(() => [tracks, 0, 0]),
        target_treeids: three((tree) => [tree, tree]),
        target_nodeids: three(() => [1, 2]),
        target_ids: three(() => [0, 0]),
        target_weights: { floats: thresholds.flatMap((_, tree) => [2 ** tree, 0]) },
        n_targets: { int: 1 },
      }),
    ],
    inputs: [value('X', 'string', [null, 1])],
    outputs: [value('y', 'float32', [null, 1])],
  });
}

/** Scaled columns in front of trees whose thresholds are given; one tree a threshold and column, each of another weight. */
function scaledStumps(
  offset: readonly number[],
  scale: readonly number[],
  thresholds: readonly number[],
  tracks: number,
  mode = 'BRANCH_LEQ',
): OnnxModel {
  const columns = offset.length;
  const trees = thresholds.flatMap((threshold) => offset.map((_, column) => ({ threshold, column })));
  const three = (make: (tree: number) => readonly number[]) => ({ ints: trees.flatMap((_, tree) => make(tree)) });
  return modelOf('scaled stumps', {
    nodes: [
      node('ml:Scaler', ['X'], ['scaled'], { offset: { floats: offset }, scale: { floats: scale } }),
      node('ml:TreeEnsembleRegressor', ['scaled'], ['y'], {
        nodes_treeids: three((tree) => [tree, tree, tree]),
        nodes_nodeids: three(() => [0, 1, 2]),
        nodes_featureids: three((tree) => [trees[tree]?.column ?? 0, 0, 0]),
        nodes_modes: {
          strings: trees.flatMap((_, tree) => [tree % 3 === 0 ? mode.replace('LEQ', 'LT') : mode, 'LEAF', 'LEAF']),
        },
        nodes_values: { floats: trees.flatMap(({ threshold }) => [threshold, 0, 0]) },
        nodes_truenodeids: three(() => [1, 0, 0]),
        nodes_falsenodeids: three(() => [2, 0, 0]),
        nodes_missing_value_tracks_true: three((tree) => [tracks === 2 ? tree & 1 : tracks, 0, 0]),
        target_treeids: three((tree) => [tree, tree]),
        target_nodeids: three(() => [1, 2]),
        target_ids: three((tree) => [tree % 23, tree % 23]),
        target_weights: { floats: trees.flatMap((_, tree) => [2 ** Math.floor(tree / 23), 0]) },
        n_targets: { int: 23 },
      }),
    ],
    inputs: [value('X', 'float32', [null, columns])],
    outputs: [value('y', 'float32', [null, 23])],
  });
}

test('scaling in front of trees moves to their thresholds, to the last bit of every number beside one', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = new Random(seed);
    const size = () => 10 ** (12 * random.next() - 6);
    const signed = (magnitude: number) => (random.next() < 0.5 ? -magnitude : magnitude);
    const offset = [0, signed(size()), signed(size()), 1e-41, signed(3e38)].map(Math.fround);
    const scale = [signed(1), signed(size()), signed(size()), signed(1e30), signed(1e-30)].map(Math.fround);
    const thresholds = [
      0,
      -0,
      1e-45,
      3.4e38,
      -3.4e38,
      Number.POSITIVE_INFINITY,
      signed(size()),
      signed(size()),
      random.normal(),
    ].map(Math.fround);
    const given = lowered(scaledStumps(offset, scale, thresholds, seed % 3));
    expect(given.program.steps.map((step) => step.op)).toContain('scale');
    expect(fusedSteps(given)).not.toContain('scale');
    // Where fusing put the thresholds, the numbers beside them, and numbers that no scaling leaves alone.
    const bounds = offset.map(() => [...hardNumbers]);
    for (const step of fuse(given.program).steps) {
      if (step.op !== 'trees') continue;
      const { feature, threshold } = step.ensemble.nodes;
      feature.forEach((input, at) => {
        bounds[step.inputs[input]?.column ?? 0]?.push(threshold[at] as number);
      });
    }
    const near = (column: number) => {
      const at = random.pick(bounds[column] ?? []);
      return random.pick([at, nextDown(at), nextUp(at)]);
    };
    const columns = offset.map((_, column) => Float64Array.from({ length: 240 }, () => near(column)));
    expectSameBits(given, { rows: 240, columns });
  }
});

test('an input that is scaled by 0 or infinity, or asked for equality, is scaled as before', () => {
  // 0.5 is scaled to 0 times infinity, and many numbers to the same one.
  const models = [
    scaledStumps([0.5, 0.5], [0, Number.POSITIVE_INFINITY], [1, 2], 1),
    scaledStumps([0, 0], [1e-30, 1e-45], [0, 0.5], 0, 'BRANCH_EQ'),
  ];
  for (const model of models) {
    const given = lowered(model);
    expect(fusedSteps(given)).toContain('scale');
    const numbers = Float64Array.from([...hardNumbers, 1e-10, 2e-10, -1e-20]);
    expectSameBits(given, { rows: numbers.length, columns: [numbers, numbers] });
  }
});
