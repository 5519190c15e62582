import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeModel } from '@slipway/core';
import { type RealModel, realBinding, realModels, storedColumns } from '@slipway/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openModel } from './open-model.ts';
import { importModel } from './sources/import/import-model.ts';

// A few of the real models the whole way that a user goes: imported with a sample, opened, asked record by record.

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-real-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  { name: 'penguins-logistic', engine: 'compiled' },
  { name: 'cars-boosting', engine: 'compiled' },
  { name: 'learners-float64', engine: 'compiled' },
  { name: 'xgb-missing', engine: 'compiled' },
  { name: 'lgbm-categories', engine: 'compiled' },
  { name: 'forest-three-targets', engine: 'compiled' },
  { name: 'neighbours', engine: 'onnxruntime' },
])('$name is imported with its rows as a sample and answers them in $engine as in Python', async ({ name, engine }) => {
  const [given] = realModels(name) as [RealModel];
  await bringIn(given);
  const model = await openModel(join(folder, 'live', 'launch.yaml'), { workers: 0 });
  const features = model.launch.input.features.map((feature) => feature.name);
  const records = given.rows.map((row) => Object.fromEntries(features.map((feature, index) => [feature, row[index]])));
  const answers = await model.predictMany(records);
  await model.close();
  expect(model.engine.session.engine, model.engine.reason).toBe(engine);
  for (const [row, answer] of answers.entries()) expectStored(answer, given, row);
});

async function bringIn(given: RealModel): Promise<void> {
  const [file, data] = [join(folder, 'converted.onnx'), join(folder, 'sample.csv')];
  await writeFile(file, given.bytes);
  await writeFile(data, csvOf(given));
  await importModel({
    ...{ file, data, out: join(folder, 'live'), trust: false, force: false, openModel },
    words: { model: given.name, version: '1.0.0', owner: { team: 'Tests', contact: 'tests@example.org' } },
    python: { command: 'python3', answerMsMax: 1000, env: {} },
  });
}

/** The rows of a model under the names that an import gives the columns of its inputs. */
function csvOf(given: RealModel): string {
  const { inputs } = realBinding(given, decodeModel(given.bytes));
  const isMatrix = new Set(inputs.map(({ input }) => input)).size === 1;
  const names = inputs.map(({ input, column }) => (isMatrix ? `${input}_${column}` : input));
  const cell = (value: unknown) => (typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : (value ?? ''));
  return [names, ...given.rows.map((row) => row.map(cell))].map((cells) => cells.join(',')).join('\n');
}

/** Of two classes the contract asks for the score of the second alone. */
function expectStored(answer: unknown, given: RealModel, row: number): void {
  const { outputs } = answer as { outputs?: Record<string, number | string> };
  const stored = storedColumns(given, 'runtime').map((column) => column[row]);
  const asked = stored.length === 3 && given.outputs.length === 2 ? [stored[0], stored[2]] : stored;
  const values = Object.values(outputs ?? {});
  expect(values, `row ${row}`).toHaveLength(asked.length);
  for (const [index, value] of values.entries()) {
    const want = asked[index];
    if (typeof want === 'number' && typeof value === 'number')
      expect(Math.abs(value - want) / Math.max(1, Math.abs(want)), `row ${row}`).toBeLessThanOrEqual(given.tolerance);
    else expect(value, `row ${row}`).toBe(want);
  }
}
