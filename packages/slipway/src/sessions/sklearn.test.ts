import { decodeModel } from '@slipway/core';
import { sklearnCases, wholeBinding } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { openOnnxRuntimeSession } from './index.ts';

test.each(sklearnCases())('a $name of scikit-learn gives the answers of scikit-learn', async (given) => {
  const model = decodeModel(given.bytes);
  const binding = wholeBinding(model);
  const session = await openOnnxRuntimeSession({ bytes: given.bytes, model, binding });
  const columns = binding.inputs.map(({ type }, feature) => {
    const values = given.rows.map((row) => row[feature] as number | string);
    return type === 'string' ? values.map(String) : Float64Array.from(values, Number);
  });
  const [labels = [], ...scores] = await session.run({ rows: given.rows.length, columns });
  const classes = binding.outputs[0]?.labels ?? [];
  expect(Array.from(labels as Int32Array, (index) => classes[index])).toEqual(given.labels);
  for (const [row, probabilities] of given.probabilities.entries()) {
    expect(scores).toHaveLength(probabilities.length);
    for (const [column, probability] of probabilities.entries())
      expect(Math.abs(Number(scores[column]?.[row]) - probability)).toBeLessThan(1e-5);
  }
  await session.close();
});
