import { encodeModel, type OnnxModel, type Session } from '@slipway/core';
import { linearRegressorModel, modelOf, node, textModel, value, wholeBinding } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { openPooledSession } from './pooled-session.ts';

/** Rows and calls of the runs that 24 calls of one row each, all at once, become after the first. */
async function runsOf(model: OnnxModel, columns: (x: number) => (Float64Array | string[])[]) {
  const runs: { readonly rows: number; readonly calls: number }[] = [];
  const meter = {
    run: (rows: number, calls: number) => runs.push({ rows, calls }),
    wait: () => {},
    reject: () => {},
    learned: () => {},
    recycle: () => {},
  };
  const given = { bytes: encodeModel(model), model, binding: wholeBinding(model), workers: 1, meter };
  const session: Session = await openPooledSession(given);
  try {
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, x) => session.run({ rows: 1, columns: columns(x) })),
    );
    return { runs, answers };
  } finally {
    await session.close();
  }
}

test('calls share runs where the answer for a row does not depend on the rows beside it', async () => {
  const { runs, answers } = await runsOf(linearRegressorModel(), (x) => [Float64Array.of(x), Float64Array.of(0)]);
  expect(answers.map(([lane]) => lane?.[0])).toEqual(Array.from({ length: 24 }, (_, x) => 2 * x + 0.5));
  expect(Math.max(...runs.map(({ calls }) => calls))).toBeGreaterThan(1);
  expect(runs.reduce((sum, { rows }) => sum + rows, 0)).toBe(24);
});

test('text is shared out, too', async () => {
  const { answers } = await runsOf(textModel(), (x) => [[`city ${x}`], Float64Array.of(0)]);
  expect(answers.map(([, echo]) => echo?.[0])).toEqual(Array.from({ length: 24 }, (_, x) => `city ${x}`));
});

test('a model that looks at all the rows of a run gets each call alone: nobody sees what others sent', async () => {
  const model = modelOf('centred', {
    nodes: [
      node('ReduceMean', ['x'], ['mean'], { axes: { ints: [0] }, keepdims: { int: 1 } }),
      node('Sub', ['x', 'mean'], ['y']),
    ],
    inputs: [value('x', 'float32', ['N', 1])],
    outputs: [value('y', 'float32', ['N', 1])],
  });
  const { runs, answers } = await runsOf(model, (x) => [Float64Array.of(x)]);
  expect(answers.map(([lane]) => lane?.[0])).toEqual(new Array(24).fill(0));
  expect(runs.every(({ calls }) => calls === 1)).toBe(true);
});
