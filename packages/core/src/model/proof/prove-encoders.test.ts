import { feature, inputContract, modelOf, node, Random, value, wholeBinding } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { openCompiledSession } from '../compiled-session.ts';
import { openOracle } from '../fixtures/oracle.ts';
import { lower } from '../lower/lower.ts';
import type { OnnxModel } from '../onnx/index.ts';
import type { Session } from '../session.ts';
import { proveSession } from './prove-session.ts';
import type { Proof } from './types.ts';

const cities = ['Bern', 'Zug', 'Basel', 'Genève'];

/** A score of each city, where others are nothing or, with `zeros` 0, an error. */
function cityModel(zeros: 0 | 1, zug = 2): OnnxModel {
  return modelOf('cities', {
    nodes: [
      node('ml:OneHotEncoder', ['city'], ['hot'], { cats_strings: { strings: cities }, zeros: { int: zeros } }),
      node('Flatten', ['hot'], ['flags']),
      node('ml:LinearRegressor', ['flags'], ['score'], {
        coefficients: { floats: [1, zug, 3, 4] },
        intercepts: { floats: [0.5] },
      }),
    ],
    inputs: [value('city', 'string', [null, 1])],
    outputs: [value('score', 'float32', [null, 1])],
  });
}

async function prove(model: OnnxModel, oracleModel: OnnxModel, rows = 2000): Promise<Proof> {
  const binding = wholeBinding(model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  const oracle: Session = await openOracle(oracleModel, binding);
  const random = new Random(3);
  const proof = await proveSession({
    program: lowering.program,
    compiled: openCompiledSession(lowering.program, binding),
    oracle,
    oracleName: 'onnxruntime-node',
    oracleVersion: '1.30.0',
    artifact: `sha256:${'0'.repeat(64)}`,
    contract: inputContract([feature({ name: 'city', type: 'string' })]),
    golden: null,
    random: () => random.next(),
    seed: 3,
    rows,
  });
  await oracle.close();
  return proof;
}

test('a proof draws the texts that the model knows, and others', async () => {
  const proof = await prove(cityModel(1), cityModel(1));
  expect(proof).toMatchObject({ verdict: 'pass', rows: 2064 });
  expect(proof.golden.inputs[0]).toEqual(expect.arrayContaining([...cities, '']));
});

test('a row that both engines refuse is no difference', async () => {
  const proof = await prove(cityModel(0), cityModel(0), 4000);
  expect(proof.verdict).toBe('pass');
  expect(proof.rows).toBeGreaterThan(4000);
  expect(proof.rows).toBeLessThan(4064);
});

test('a row that one engine refuses and the other answers is a difference, either way', async () => {
  expect(await prove(cityModel(0), cityModel(1), 4000)).toMatchObject({
    verdict: 'fail',
    reason: expect.stringContaining('refused by the compiled engine'),
  });
  expect(await prove(cityModel(1), cityModel(0))).toMatchObject({
    verdict: 'fail',
    reason: expect.stringContaining('an engine refused a row'),
  });
});

test('the weight of one category off by little fails, and by the tolerance not', async () => {
  expect(await prove(cityModel(1), cityModel(1, 2 + 2e-5))).toMatchObject({ verdict: 'fail' });
  expect(await prove(cityModel(1), cityModel(1, 2 + 4e-7))).toMatchObject({ verdict: 'pass' });
});
