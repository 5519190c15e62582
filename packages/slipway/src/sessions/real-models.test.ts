import { decodeModel, lower, type OnnxModel, openCompiledSession, type Proof, proveSession } from '@slipway/core';
import {
  type AnswerColumns,
  answerColumns,
  answerDifference,
  type CompiledAnswers,
  compiledAnswers,
  isExact,
  labelColumns,
  Random,
  type RealModel,
  realBatch,
  realBinding,
  realContract,
  realModelRefusals,
  realModels,
  storedColumns,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { openOnnxRuntimeSession } from './index.ts';

const models = realModels();
const refusals = realModelRefusals();

describe('the models', () => {
  test('are at least 40, more than ten of them of data that packages ship, of three libraries', () => {
    expect(models.length).toBeGreaterThanOrEqual(40);
    const drawn = new Set(['learners', 'normal numbers']);
    expect(models.filter(({ data }) => !drawn.has(data)).length).toBeGreaterThan(10);
    const libraries = new Set(models.map(({ library }) => library.split(' ')[0]));
    expect(libraries).toEqual(new Set(['scikit-learn', 'XGBoost', 'LightGBM']));
  });

  test('are those that a refusal is written down for', () => {
    const names = new Set(models.map(({ name }) => name));
    expect(Object.keys(refusals).filter((name) => !names.has(name))).toEqual([]);
  });
});

describe.each(models)('$name', (given) => {
  const model = decodeModel(given.bytes);
  const labels = labelColumns(given);
  const compiled = compiledOrThrown(given);
  const runtime = once(() => askOnnxRuntime(given, model));

  test('is compiled, or refused for the reason that is written down', () => {
    const { kind, ...refusal } = compiled;
    expect(kind === 'refused' ? refusal : null).toEqual(refusals[given.name] ?? null);
  });

  test('gives in ONNX Runtime here what it gave in Python', async () => {
    const found = answerDifference(await runtime(), storedColumns(given, 'runtime'), { labels });
    expect(found).toMatchObject({ mismatches: 0 });
    // Another processor has other instructions, and sums in another order.
    expect(found.largest, found.first).toBeLessThanOrEqual(given.tolerance);
  });

  test('gives in ONNX Runtime what the library gave', async () => {
    expectLibrary(given, await runtime(), labels);
  });

  if (compiled.kind === 'refused') return;

  test('gives compiled what the library gave', () => {
    expectLibrary(given, compiled.columns, labels);
  });

  test('gives the same bits compiled for a row and for columns', () => {
    expect(compiled.rows).toEqual(compiled.columns);
  });

  test('is proved: compiled it agrees with ONNX Runtime on these rows and on a thousand random ones', async () => {
    const { verdict, reason } = await prove(given, model);
    expect(verdict, reason).toBe('pass');
  });

  if (!isExact(model)) return;

  test('gives compiled every bit of ONNX Runtime', async () => {
    const found = answerDifference(compiled.columns, await runtime(), { labels });
    expect(found).toMatchObject({ equal: found.values, first: '' });
  });
});

/** An error while the tests of a file are listed would name no model, so it is told as a refusal. */
function compiledOrThrown(given: RealModel): CompiledAnswers {
  try {
    return compiledAnswers(given);
  } catch (thrown) {
    return { kind: 'refused', op: 'an error', reason: String(thrown) };
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

async function askOnnxRuntime(given: RealModel, model: OnnxModel): Promise<AnswerColumns> {
  const binding = realBinding(given, model);
  const session = await openOnnxRuntimeSession({ bytes: given.bytes, model, binding });
  const answers = answerColumns(binding, await session.run(realBatch(given, binding)));
  await session.close();
  return answers;
}

/** Labels of all rows but those that the converter changed, and scores within the tolerance of the model. */
function expectLibrary(given: RealModel, actual: AnswerColumns, labels: readonly boolean[]): void {
  const except = given.converter_difference?.rows ?? [];
  const found = answerDifference(actual, storedColumns(given, 'library'), { labels, except });
  expect(found).toMatchObject({ mismatches: 0 });
  expect(found.largest, found.first).toBeLessThanOrEqual(given.tolerance);
}

/** What decides, when a model is opened, whether the compiled engine may serve it. */
async function prove(given: RealModel, model: OnnxModel): Promise<Proof> {
  const binding = realBinding(given, model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  const random = new Random(1);
  const oracle = await openOnnxRuntimeSession({ bytes: given.bytes, model, binding });
  const proof = await proveSession({
    program: lowering.program,
    compiled: openCompiledSession(lowering.program, binding),
    oracle,
    oracleName: 'onnxruntime-node',
    oracleVersion: '',
    artifact: '',
    contract: realContract(given, binding),
    golden: realBatch(given, binding),
    random: () => random.next(),
    seed: 1,
    rows: 1000,
  });
  await oracle.close();
  return proof;
}
