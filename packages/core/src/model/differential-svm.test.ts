import { modelOf, node, Random, randomBatch, value, wholeBinding } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { compileProgram } from './compile.ts';
import { agreementOf } from './fixtures/agreement.ts';
import { openOracle } from './fixtures/oracle.ts';
import { lower } from './lower/lower.ts';
import type { OnnxModel } from './onnx/index.ts';
import { compileTolerances } from './proof/tolerance.ts';

const kernels = ['LINEAR', 'POLY', 'RBF', 'SIGMOID'];
const wide = 5;

function floats(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.normal());
}

interface SvmOptions {
  readonly kernel: string;
  readonly seed: number;
  readonly classes?: number;
  readonly degree?: number;
  readonly supports?: number;
  readonly columns?: number;
  readonly probabilities?: boolean;
}

function classifier({
  kernel,
  seed,
  classes = 3,
  degree = 3,
  probabilities = false,
  columns = wide,
}: SvmOptions): OnnxModel {
  const random = new Random(seed);
  const counts = Array.from({ length: classes }, () => 1 + random.integer(12));
  const supports = counts.reduce((sum, count) => sum + count, 0);
  const pairs = (classes * (classes - 1)) / 2;
  const odds = probabilities
    ? { prob_a: { floats: floats(random, pairs) }, prob_b: { floats: floats(random, pairs) } }
    : {};
  return modelOf('svc', {
    nodes: [
      node('ml:SVMClassifier', ['X'], ['label', 'scores'], {
        classlabels_ints: { ints: counts.map((_, at) => 7 * at) },
        coefficients: { floats: floats(random, (classes - 1) * supports) },
        kernel_params: { floats: [0.3, 0.2, degree] },
        kernel_type: kernel,
        rho: { floats: floats(random, pairs) },
        support_vectors: { floats: floats(random, supports * columns) },
        vectors_per_class: { ints: counts },
        ...odds,
      }),
    ],
    inputs: [value('X', 'float32', [null, columns])],
    outputs: [value('label', 'int64', [null]), value('scores', 'float32', [null, classes === 2 ? 2 : pairs])],
  });
}

function regressor({ kernel, seed, supports = 30, columns = wide }: SvmOptions, oneClass = 0): OnnxModel {
  const random = new Random(seed);
  const vectors = supports === 0 ? {} : { support_vectors: { floats: floats(random, supports * columns) } };
  return modelOf('svr', {
    nodes: [
      node('ml:SVMRegressor', ['X'], ['y'], {
        coefficients: { floats: floats(random, supports === 0 ? columns : supports) },
        kernel_params: { floats: [0.2, 0.1, 2] },
        kernel_type: kernel,
        n_supports: { int: supports },
        one_class: { int: oneClass },
        rho: { floats: [0.4] },
        ...vectors,
      }),
    ],
    inputs: [value('X', 'float32', [null, columns])],
    outputs: [value('y', 'float32', [null, 1])],
  });
}

/** The largest difference, as a share of the proof's bound; labels and rows alone must agree. */
async function shareOfBound(model: OnnxModel, seed: number): Promise<number> {
  const binding = wholeBinding(model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  const batch = randomBatch(binding, new Random(seed), { rows: 200 });
  expect((await agreementOf(model, batch))?.rowsAgree).toBe(true);
  const oracle = await openOracle(model, binding);
  const expected = await oracle.run(batch);
  await oracle.close();
  const bounds = compileTolerances(lowering.program).measure(batch);
  let worst = 0;
  compileProgram(lowering.program)
    .columns(batch)
    .forEach((lane, index) => {
      for (let row = 0; row < batch.rows; row++) {
        const difference = Math.abs(Number(lane[row]) - Number(expected[index]?.[row]));
        if (difference > 0) worst = Math.max(worst, difference / (bounds[index]?.[row] ?? 0));
      }
    });
  return worst;
}

describe('support vector machines against ONNX Runtime', () => {
  test.each(kernels)('classifiers of two to five classes, kernel %s', async (kernel) => {
    for (let seed = 1; seed <= 8; seed++) {
      for (const degree of [2, 3]) {
        const model = classifier({ kernel, seed, classes: 2 + (seed % 4), degree });
        expect(await shareOfBound(model, seed), `seed ${seed}`).toBeLessThan(1);
      }
    }
  });

  test.each(kernels)('regressors and one-class models, kernel %s', async (kernel) => {
    for (let seed = 1; seed <= 6; seed++) {
      expect(await shareOfBound(regressor({ kernel, seed, supports: 60 * (seed % 4) }), seed)).toBeLessThan(1);
      expect(await shareOfBound(regressor({ kernel, seed }, 1), seed)).toBeLessThan(1);
    }
  });

  test('hundreds of support vectors run as loops', () => {
    const model = regressor({ kernel: 'RBF', seed: 1, supports: 4000, columns: 1 });
    expect(lower(model, wholeBinding(model)).kind).toBe('program');
  });

  test('distances to very many support vectors are left to ONNX Runtime, which is faster there', () => {
    const kindOf = (supports: number) => {
      const model = regressor({ kernel: 'RBF', seed: 1, supports });
      return lower(model, wholeBinding(model));
    };
    expect(kindOf(1000).kind).toBe('program');
    expect(kindOf(1100)).toMatchObject({
      kind: 'refused',
      reason: "its support vectors have 5500 coordinates, over the compiler's limit of 5120",
    });
  });

  test('probabilities are left to ONNX Runtime', () => {
    const model = classifier({ kernel: 'RBF', seed: 1, probabilities: true });
    expect(lower(model, wholeBinding(model))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('iteration'),
    });
  });
});
