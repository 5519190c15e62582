import {
  activations,
  denseNetwork,
  feature,
  inputContract,
  modelOf,
  type NetworkHead,
  node,
  Random,
  value,
  wholeBinding,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { openCompiledSession } from '../compiled-session.ts';
import { openOracle } from '../fixtures/oracle.ts';
import type { FloatArray, LinearStep, Program, Step } from '../ir/program.ts';
import { lower } from '../lower/lower.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { proveSession } from './prove-session.ts';
import type { Proof } from './types.ts';

type Mutate = (program: Program) => Program;

/** Proves a model, or what a mistake of the compiler would have made of it: tolerances come of the mistaken program. */
async function prove(
  model: OnnxModel,
  mutate: Mutate = (program) => program,
  [minimum, maximum] = [-2, 2],
): Promise<Proof> {
  const binding = wholeBinding(model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  const program = mutate(lowering.program);
  const oracle = await openOracle(model, binding);
  const random = new Random(5);
  const bounded = binding.inputs.map((_, at) => feature({ name: `x${at}`, type: 'number', minimum, maximum }));
  const proof = await proveSession({
    program,
    compiled: openCompiledSession(program, binding),
    oracle,
    oracleName: 'onnxruntime-node',
    oracleVersion: '1.30.0',
    artifact: `sha256:${'0'.repeat(64)}`,
    contract: inputContract(bounded),
    golden: null,
    random: () => random.next(),
    seed: 5,
    rows: 1000,
  });
  await oracle.close();
  return proof;
}

const heads: readonly NetworkHead[] = ['identity', 'sigmoid', 'softmax', 'logSoftmax', 'label'];

function networkOf(seed: number): OnnxModel {
  const random = new Random(seed);
  const type = random.next() < 0.4 ? 'float64' : 'float32';
  const width = () => 2 + random.integer(30);
  const hidden = Array.from({ length: random.integer(4) }, width);
  return denseNetwork({
    seed,
    type,
    widths: [width(), ...hidden, 2 + random.integer(4)],
    activation: random.pick(type === 'float64' ? activations.slice(0, 3) : activations),
    head: random.pick(heads),
    layer: random.pick(['gemm', 'matmul']),
  });
}

describe('a proof of a network', () => {
  test('passes for 40 seeded networks, within a tolerance that would show a wrong digit', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const proof = await prove(networkOf(seed));
      expect(proof, `seed ${seed}`).toMatchObject({ verdict: 'pass', labels: { differing: 0 } });
      expect(proof.scores.toleranceMax, `seed ${seed}`).toBeLessThan(5e-4);
    }
  });

  test('of float64 is within 1e-9', async () => {
    const { scores } = await prove(denseNetwork({ seed: 1, type: 'float64', widths: [30, 100, 50, 3] }));
    expect(scores.toleranceMax).toBeLessThan(1e-8);
    expect(scores.differenceMax).toBeLessThan(1e-12);
  });

  test('holds for inputs of thousands, whose sums lie far apart', async () => {
    const proof = await prove(denseNetwork({ seed: 2, widths: [20, 40, 3], head: 'label' }), undefined, [-5000, 5000]);
    expect(proof.verdict, proof.reason).toBe('pass');
  });
});

const linear = (step: Step): step is LinearStep => step.op === 'linear';

/** The program with one step replaced: the last that fits. */
function with_(fits: (step: Step) => boolean, change: (step: Step) => Step): Mutate {
  return (program) => {
    const at = program.steps.findLastIndex(fits);
    if (at < 0) throw new Error('no step fits');
    return { ...program, steps: program.steps.with(at, change(program.steps[at] as Step)) };
  };
}

function changed(values: FloatArray, at: number, change: (value: number) => number): FloatArray {
  const copy = values.slice();
  copy[at] = change(copy[at] ?? 0);
  return copy;
}

describe('a mistake in a program fails its proof', () => {
  const model = denseNetwork({ seed: 4, widths: [30, 100, 50, 3], activation: { op: 'Tanh' }, head: 'softmax' });
  const isMap = (step: Step) => step.op === 'map' && step.fn === 'tanh';
  const first = (step: Step) => linear(step) && step.inputs.length === 30;
  const mistakes: readonly (readonly [string, Mutate])[] = [
    [
      'a weight of the last layer 0.1 % off',
      with_(linear, (step) => ({
        ...(step as LinearStep),
        weights: changed((step as LinearStep).weights, 7, (weight) => weight * 1.001),
      })),
    ],
    [
      'a weight of the first layer 2 % off',
      with_(first, (step) => ({
        ...(step as LinearStep),
        weights: changed((step as LinearStep).weights, 7, (weight) => weight * 1.02),
      })),
    ],
    ['a bias left out', with_(linear, (step) => ({ ...(step as LinearStep), bias: null }))],
    ['another activation', with_(isMap, (step) => ({ ...step, fn: 'softsign' }) as Step)],
    [
      'one input in the place of another',
      with_(first, (step) => ({
        ...(step as LinearStep),
        inputs: (step as LinearStep).inputs.with(3, (step as LinearStep).inputs[4] as LinearStep['inputs'][number]),
      })),
    ],
    [
      'a softmax of other precision in form',
      with_(
        (step) => step.op === 'softmax',
        (step) => ({ ...step, form: 'log' }) as Step,
      ),
    ],
  ];

  test('and without a mistake it passes', async () => {
    expect((await prove(model)).verdict).toBe('pass');
  });

  test.each(mistakes)('%s', async (_, mutate) => {
    expect((await prove(model, mutate)).verdict).toBe('fail');
  });
});

describe('choices behind values that may differ', () => {
  /** Two trees behind a sum: their thresholds are where sums of other orders may fall on the other side. */
  function treesBehindSum(threshold: number): OnnxModel {
    return modelOf('trees behind a sum', {
      nodes: [
        node('MatMul', ['X', 'W'], ['z']),
        node('ml:TreeEnsembleRegressor', ['z'], ['y'], {
          nodes_treeids: { ints: [0, 0, 0] },
          nodes_nodeids: { ints: [0, 1, 2] },
          nodes_featureids: { ints: [0, 0, 0] },
          nodes_modes: { strings: ['BRANCH_LEQ', 'LEAF', 'LEAF'] },
          nodes_values: { floats: [threshold, 0, 0] },
          nodes_truenodeids: { ints: [1, 0, 0] },
          nodes_falsenodeids: { ints: [2, 0, 0] },
          target_treeids: { ints: [0, 0] },
          target_nodeids: { ints: [1, 2] },
          target_ids: { ints: [0, 0] },
          target_weights: { floats: [-1, 1] },
          n_targets: { int: 1 },
        }),
      ],
      initializers: [
        {
          name: 'W',
          type: 'float32',
          dims: [8, 1],
          data: Float32Array.from({ length: 8 }, (_, at) => (at % 2 === 0 ? 0.1 : -0.1)),
        },
      ],
      inputs: [value('X', 'float32', [null, 8])],
      outputs: [value('y', 'float32', [null, 1])],
    });
  }

  test('are open only in rows that lie on a threshold to within rounding', async () => {
    const proof = await prove(treesBehindSum(0.25));
    expect(proof).toMatchObject({ verdict: 'pass', scores: { differenceMax: 0 } });
  });

  test('a wrong threshold is found', async () => {
    const proof = await prove(
      treesBehindSum(0.25),
      with_(
        (step) => step.op === 'trees',
        (step) => {
          if (step.op !== 'trees') return step;
          const { ensemble } = step;
          const threshold = ensemble.nodes.threshold.map((at) => (at === 0.25 ? 0.26 : at));
          return { ...step, ensemble: { ...ensemble, nodes: { ...ensemble.nodes, threshold } } } as Step;
        },
      ),
    );
    expect(proof).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('every bit') });
  });

  test('where every row lies on a threshold, agreement proves nothing', async () => {
    const proof = await prove(treesBehindSum(0), undefined, [1, 1]);
    expect(proof.verdict).toBe('fail');
  });
});
