import {
  boostedModel,
  feature,
  forestModel,
  inputContract,
  linearRegressorModel,
  logisticModel,
  multiClassModel,
  Random,
  randomBatch,
  wholeBinding,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import type { Feature, InputContract } from '../../contract/index.ts';
import { openCompiledSession } from '../compiled-session.ts';
import { engineVersion } from '../engine-version.ts';
import { openOracle } from '../fixtures/oracle.ts';
import { lower } from '../lower/lower.ts';
import type { OnnxModel } from '../onnx/index.ts';
import type { LaneValues, Session } from '../session.ts';
import { checkGolden } from './golden.ts';
import { proofHolds, proveSession } from './prove-session.ts';
import type { Proof } from './types.ts';

const artifact = `sha256:${'0'.repeat(64)}`;

interface Opened {
  readonly model: OnnxModel;
  readonly session: Session;
  readonly contract: InputContract;
  readonly proof: Proof;
}

/** Proves a model's compiled session, or one that `tamper` made of it. */
async function prove(
  model: OnnxModel,
  tamper: (session: Session) => Session = (session) => session,
  rows = 2000,
): Promise<Opened> {
  const binding = wholeBinding(model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  const session = tamper(openCompiledSession(lowering.program, binding));
  const oracle = await openOracle(model, binding);
  const random = new Random(12);
  const contract = contractOf(binding.inputs.length);
  const proof = await proveSession({
    program: lowering.program,
    compiled: session,
    oracle,
    oracleName: 'onnxruntime-node',
    oracleVersion: '1.30.0',
    artifact,
    contract,
    golden: null,
    random: () => random.next(),
    seed: 12,
    rows,
  });
  await oracle.close();
  return { model, session, contract, proof };
}

function contractOf(features: number) {
  const missing = { kind: 'null' as const };
  return inputContract(Array.from({ length: features }, (_, index) => feature({ name: `x${index}`, missing })));
}

/** A session that changes what one lane answers. */
function altered(session: Session, lane: number, change: (value: number) => number): Session {
  return {
    ...session,
    row: null,
    run: (batch) => {
      const lanes = session.run(batch) as readonly LaneValues[];
      return lanes.map((values, index) => (index === lane ? (values as Float32Array).map(change) : values));
    },
  };
}

describe('a proof', () => {
  test.each([
    ['logistic regression', logisticModel()],
    ['three classes', multiClassModel()],
    ['linear regression', linearRegressorModel()],
    ['forest', forestModel({ trees: 20, depth: 5, classes: 3 })],
    ['boosting', boostedModel({ trees: 20, depth: 6 })],
  ])('passes for %s, and says what was compared', async (_, model) => {
    const { proof, session, contract } = await prove(model);
    expect(proof).toMatchObject({
      verdict: 'pass',
      rows: 2064,
      seed: 12,
      engineVersion,
      artifact,
      labels: { differing: 0 },
    });
    expect(proof.scores.differenceMax).toBeLessThanOrEqual(proof.scores.toleranceMax);
    expect(proofHolds(proof, artifact, session, contract)).toBe(true);
    expect(checkGolden(session, JSON.parse(JSON.stringify(proof)))).toEqual({ verdict: 'pass' });
  });

  test('counts bits: sums of trees without transform are equal in all', async () => {
    const { proof } = await prove(forestModel({ trees: 20, depth: 5, classes: 3 }));
    expect(proof.scores).toMatchObject({ bitEqualShare: 1, exactLanes: 3, differenceMax: 0 });
  });

  test('fails for scores that are off by more than the tolerance', async () => {
    const { proof } = await prove(logisticModel(), (session) => altered(session, 1, (value) => value + 4e-5));
    expect(proof).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('output_probability[0]') });
  });

  test('fails for one bit of a sum of trees, which would pass as a score of a linear model', async () => {
    const { proof } = await prove(forestModel({ classes: 3 }), (session) =>
      altered(session, 2, (value) => value + 6e-8),
    );
    expect(proof).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('must be equal') });
  });

  test('fails for a wrong label', async () => {
    const { proof } = await prove(logisticModel(), (session) => altered(session, 0, (value) => 1 - value));
    expect(proof.verdict).toBe('fail');
    expect(proof.labels.differing).toBeGreaterThan(100);
  });

  test('fails for NaN where the oracle has a number', async () => {
    const { proof } = await prove(linearRegressorModel(), (session) => altered(session, 0, () => Number.NaN));
    expect(proof.verdict).toBe('fail');
  });

  test('fails for a row that is another one alone', async () => {
    const wrongRow = (session: Session): Session => ({ ...session, row: (_numbers, _texts, out) => out.fill(0.25) });
    const { proof } = await prove(logisticModel(), wrongRow);
    expect(proof).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('alone') });
  });

  test('holds for one artifact, one engine version, one set of outputs and one input contract', async () => {
    const { proof, session, contract } = await prove(logisticModel(), undefined, 100);
    const binding = { ...session.binding, outputs: session.binding.outputs.slice(1) };
    expect(proofHolds(proof, `sha256:${'1'.repeat(64)}`, session, contract)).toBe(false);
    expect(proofHolds({ ...proof, engineVersion: 'another' }, artifact, session, contract)).toBe(false);
    expect(proofHolds({ ...proof, verdict: 'fail' }, artifact, session, contract)).toBe(false);
    expect(proofHolds(proof, artifact, { ...session, binding }, contract)).toBe(false);
    const [first, ...others] = contract.features;
    const other = (parts: object) => ({ ...contract, features: [{ ...first, ...parts } as Feature, ...others] });
    expect(proofHolds(proof, artifact, session, other({ minimum: 0 }))).toBe(false);
    expect(proofHolds(proof, artifact, session, other({ missing: { kind: 'reject' } }))).toBe(false);
    expect(proofHolds(proof, artifact, session, other({ description: 'hours' }))).toBe(true);
    expect(checkGolden({ ...session, binding }, proof)).toMatchObject({ verdict: 'fail' });
  });
});

describe('the check at start-up', () => {
  test('fails when one golden output changed by one bit', async () => {
    const { proof, session } = await prove(boostedModel(), undefined, 100);
    const outputs = proof.golden.outputs.map((values, lane) =>
      lane === 2 ? values.with(5, Number(values[5]) + 6e-8) : values,
    );
    const check = checkGolden(session, { ...proof, golden: { ...proof.golden, outputs } });
    expect(check).toEqual({
      verdict: 'fail',
      reason: 'golden row 6 gives another probabilities[1] than when it was proved',
    });
  });

  test('keeps missing values, infinities and the sign of zero through JSON', async () => {
    const model = linearRegressorModel();
    const binding = wholeBinding(model);
    const batch = randomBatch(binding, new Random(1), { rows: 3 });
    batch.columns.forEach((column) => {
      (column as Float64Array).set([Number.NaN, Number.POSITIVE_INFINITY, -0]);
    });
    const lowering = lower(model, binding);
    if (lowering.kind === 'refused') throw new Error(lowering.reason);
    const session = openCompiledSession(lowering.program, binding);
    const oracle = await openOracle(model, binding);
    const request = {
      program: lowering.program,
      compiled: session,
      oracle,
      oracleName: 'o',
      oracleVersion: '1',
      artifact,
    };
    const proof = await proveSession({
      ...request,
      contract: contractOf(binding.inputs.length),
      golden: batch,
      random: () => 0.5,
      seed: 1,
      rows: 2,
    });
    const stored: Proof = JSON.parse(JSON.stringify(proof));
    expect(stored.golden.inputs[0]).toEqual(['NaN', 'Infinity', '-0']);
    expect(checkGolden(session, stored)).toEqual({ verdict: 'pass' });
  });
});
