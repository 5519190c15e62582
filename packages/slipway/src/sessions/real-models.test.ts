import { decodeModel, type OnnxModel } from '@slipway/core';
import {
  type AnswerColumns,
  answerColumns,
  answerDifference,
  compiledAnswers,
  isExact,
  type RealModel,
  realBatch,
  realModelRefusals,
  realModels,
  storedColumns,
  wholeBinding,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { openOnnxRuntimeSession } from './index.ts';

const refusals = realModelRefusals();
const names = new Set(realModels().map(({ name }) => name));

/** How far the compiled engine and ONNX Runtime may be apart where not every bit is promised, relative above 1. */
const engineTolerance = 1e-6;

test('there are at least 40 models, ten of them of data that packages ship, of three libraries', () => {
  const models = realModels();
  expect(models.length).toBeGreaterThanOrEqual(40);
  expect(models.filter(({ data }) => !['learners', 'normal numbers'].includes(data)).length).toBeGreaterThan(10);
  expect(new Set(models.map(({ library }) => library.split(' ')[0]))).toEqual(
    new Set(['scikit-learn', 'XGBoost', 'LightGBM']),
  );
});

test('every refusal that is written down is of a model that is there', () => {
  expect(Object.keys(refusals).filter((name) => !names.has(name))).toEqual([]);
});

describe.each(realModels())('$name', (given) => {
  const model = decodeModel(given.bytes);
  const labels = wholeBinding(model).outputs.map((lane) => lane.labels !== null);
  const compiled = compiledAnswers(given);
  const runtime = askOnnxRuntime(given, model);

  test('is compiled, or refused for the reason that is written down', () => {
    const { kind, ...refusal } = compiled;
    expect(kind === 'refused' ? refusal : null).toEqual(refusals[given.name] ?? null);
  });

  test('gives in ONNX Runtime here what it gave in Python', async () => {
    const found = answerDifference(await runtime, storedColumns(given, 'runtime'), { labels });
    expect(found).toMatchObject({ mismatches: 0 });
    expect(found.largest).toBeLessThanOrEqual(engineTolerance);
  });

  test('gives in ONNX Runtime what the library gave', async () => {
    expectLibrary(given, await runtime, labels);
  });

  if (compiled.kind === 'refused') return;

  test('gives the same bits compiled for a row and for columns', () => {
    expect(compiled.rows).toEqual(compiled.columns);
  });

  test('gives compiled what the library gave', () => {
    expectLibrary(given, compiled.columns, labels);
  });

  test(`gives compiled ${isExact(model) ? 'every bit' : 'the answers'} of ONNX Runtime`, async () => {
    const found = answerDifference(compiled.columns, await runtime, { labels });
    expect(found).toMatchObject(isExact(model) ? { equal: found.values, first: '' } : { mismatches: 0 });
    expect(found.largest).toBeLessThanOrEqual(engineTolerance);
  });
});

async function askOnnxRuntime(given: RealModel, model: OnnxModel): Promise<AnswerColumns> {
  const binding = wholeBinding(model);
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
  expect(found.largest).toBeLessThanOrEqual(given.tolerance);
}
