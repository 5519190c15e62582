import { encodeModel } from '@slipway/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { generateLearners } from '../learners/generate-learners.ts';
import { fitLogistic, logistic } from './fit-logistic.ts';
import { logisticOnnx } from './logistic-onnx.ts';

test('in ONNX Runtime the graph, scaler inside, gives the probabilities of the fit and both output names', async () => {
  const learners = generateLearners({ seed: 5, count: 500 });
  const columns = [
    Float64Array.from(learners, ({ hoursTenths }) => hoursTenths / 10),
    // A large mean with a small spread, as a scale in float32 has to bear.
    Float64Array.from(learners, ({ quizTenths }) => 10_000 + quizTenths / 10),
  ];
  const rows = Uint32Array.from(learners.keys());
  const fit = fitLogistic({ columns, labels: Uint8Array.from(learners, (l) => l.neededSupport), rows, l2: 1 });
  const features = learners.map((_, row) => columns.map((column) => Math.fround(column[row])));
  const session = await InferenceSession.create(encodeModel(logisticOnnx(fit)), { intraOpNumThreads: 1 });
  expect(session.inputNames).toEqual(['features']);
  expect(session.outputNames).toEqual(['label', 'probabilities']);
  const input = new Tensor('float32', Float32Array.from(features.flat()), [learners.length, 2]);
  const { label, probabilities } = await session.run({ features: input });
  await session.release();
  const given = probabilities.data as Float32Array;
  features.forEach((row, at) => {
    const eta = row.reduce(
      (sum, x, j) => sum + fit.weights[j] * (x - fit.standards[j].offset) * fit.standards[j].scale,
      fit.bias,
    );
    expect(Math.abs(given[2 * at + 1] - logistic(eta))).toBeLessThan(1e-6);
    expect(given[2 * at] + given[2 * at + 1]).toBeCloseTo(1, 6);
    if (Math.abs(eta) > 1e-5) expect(Number((label.data as BigInt64Array)[at])).toBe(eta > 0 ? 1 : 0);
  });
});
