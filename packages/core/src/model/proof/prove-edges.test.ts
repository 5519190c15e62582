import {
  feature,
  floatTensor,
  inputContract,
  leafWiseModel,
  modelOf,
  node,
  Random,
  value,
  wholeBinding,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { openCompiledSession } from '../compiled-session.ts';
import { openOracle } from '../fixtures/oracle.ts';
import type { Program, Step } from '../ir/program.ts';
import { lower } from '../lower/lower.ts';
import { nextDown, nextDownFloat64 } from '../math/index.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../onnx/index.ts';
import { edgesOf } from './edges.ts';
import { proveSession } from './prove-session.ts';
import type { Proof } from './types.ts';

// A comparison that is off only at its threshold shows in no row but those that stand on it.

type Precision = 'float32' | 'float64';

function programOf(model: OnnxModel): Program {
  const lowering = lower(model, wholeBinding(model));
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  return lowering.program;
}

async function prove(model: OnnxModel, program: Program): Promise<Proof> {
  const binding = wholeBinding(model);
  const oracle = await openOracle(model, binding);
  const random = new Random(4);
  const proof = await proveSession({
    program,
    compiled: openCompiledSession(program, binding),
    oracle,
    oracleName: 'onnxruntime-node',
    oracleVersion: '1.30.0',
    artifact: `sha256:${'0'.repeat(64)}`,
    contract: inputContract([feature({ name: 'x', minimum: -100, maximum: 100 })]),
    golden: null,
    random: () => random.next(),
    seed: 4,
    rows: 1000,
  });
  await oracle.close();
  return proof;
}

function constant(type: Precision, name: string, number: number): OnnxTensor {
  if (type === 'float32') return floatTensor(name, [1], [number]);
  return { name, type, dims: [1], data: Float64Array.of(number) };
}

function model(type: Precision, nodes: readonly OnnxNode[], numbers: Readonly<Record<string, number>>): OnnxModel {
  return modelOf('edges', {
    nodes: [...nodes, node('Cast', ['asked'], ['y'], { to: { int: 1 } })],
    inputs: [value('x', type, [null, 1])],
    outputs: [value('y', 'float32', [null, 1])],
    initializers: Object.entries(numbers).map(([name, number]) => constant(type, name, number)),
  });
}

/** The compiler's mistake: every `<` is a `<=`; trees ask `<=`, which is off by one number the other way. */
function loosened(program: Program): Program {
  const steps = program.steps.map((step): Step => {
    if (step.op === 'pair' && step.fn === 'less') return { ...step, fn: 'lessOrEqual' };
    if (step.op !== 'trees') return step;
    const { nodes, precision } = step.ensemble;
    const threshold = nodes.threshold.map(precision === 'float32' ? nextDown : nextDownFloat64);
    return { ...step, ensemble: { ...step.ensemble, nodes: { ...nodes, threshold } } };
  });
  return { ...program, steps };
}

const less = node('Less', ['moved', 'c'], ['asked']);

const cases: readonly (readonly [string, Precision, OnnxModel])[] = (['float32', 'float64'] as const).flatMap(
  (type) => {
    const threshold = type === 'float32' ? 5.25 : 0.1;
    const made = (name: string, nodes: readonly OnnxNode[], numbers: Readonly<Record<string, number>>) =>
      [name, type, model(type, nodes, numbers)] as const;
    return [
      made('as it is', [node('Less', ['x', 'c'], ['asked'])], { c: threshold }),
      made('from the other side', [node('Greater', ['c', 'x'], ['asked'])], { c: threshold }),
      made('moved', [node('Sub', ['x', 'b'], ['moved']), less], { b: 2, c: 1.5 }),
      made('scaled', [node('Mul', ['x', 'b'], ['moved']), less], { b: 4, c: 1.5 }),
      made('divided', [node('Div', ['x', 'b'], ['moved']), less], { b: 4, c: 1.5 }),
      made('clipped', [node('Min', ['x', 'b'], ['moved']), less], { b: 80, c: threshold }),
    ];
  },
);

const trees = (['float32', 'float64'] as const).map((precision) => {
  return ['a tree', precision, leafWiseModel({ trees: 1, features: 1, leaves: 3, precision })] as const;
});

describe('a program that asks <= where the model asks <', () => {
  test.each([...cases, ...trees])('fails its proof: %s, %s', async (_, __, given) => {
    const program = programOf(given);
    expect(await prove(given, program)).toMatchObject({ verdict: 'pass' });
    expect(loosened(program)).not.toEqual(program);
    expect(await prove(given, loosened(program))).toMatchObject({ verdict: 'fail' });
  });
});

test('constants that clip and choose are edges', () => {
  const clipped = programOf(
    modelOf('clip', {
      nodes: [node('Clip', ['x', 'low', 'high'], ['y'])],
      inputs: [value('x', 'float32', [null, 1])],
      outputs: [value('y', 'float32', [null, 1])],
      initializers: [
        { name: 'low', type: 'float32', dims: [], data: Float32Array.of(-1.5) },
        { name: 'high', type: 'float32', dims: [], data: Float32Array.of(7) },
      ],
    }),
  );
  expect([...(edgesOf(clipped)[0]?.numbers ?? [])].sort()).toEqual([-1.5, 7]);
});
