import { type Binding, decodeModel, encodeModel, isSlipwayError, type OnnxModel, readSignature } from '@slipway/core';
import { embeddingModel, halfModel, imageModel, modelOf, node, Random, textModel, value } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { openOnnxRuntimeSession } from './onnx-runtime-session.ts';

/** One value for each input, the first column of each output: enough to open and to run. */
function narrowBinding(model: OnnxModel): Binding {
  const { inputs, outputs } = readSignature(model);
  return {
    inputs: inputs.map(({ name, type, shape }) => {
      const sizes = shape.slice(1).map((size) => (typeof size === 'number' ? size : 1));
      return { input: name, type, column: 0, width: sizes.reduce((a, b) => a * b, 1), shape: sizes };
    }),
    outputs: outputs.map(({ name, type }) => ({ output: name, column: 0, type, labels: null })),
  };
}

/** How far bytes get: the code of the error that they end in, or `answered`. Other errors fail the test. */
async function outcome(bytes: Uint8Array): Promise<string> {
  try {
    const model = decodeModel(bytes);
    const binding = narrowBinding(model);
    if (binding.inputs.some(({ width }) => width > 10_000)) return 'too wide to try';
    const session = await openOnnxRuntimeSession({ bytes, model, binding });
    try {
      const columns = binding.inputs.map(({ type, width }) =>
        type === 'string' ? ['a', 'b'] : new Float64Array(2 * width).fill(1),
      );
      await session.run({ rows: 2, columns });
      return 'answered';
    } finally {
      await session.close();
    }
  } catch (thrown) {
    if (!isSlipwayError(thrown)) throw thrown;
    return thrown.code;
  }
}

test('damaged files that can still be read end in an answer or in an error, never in a crash', async () => {
  const random = new Random(31);
  const files = [imageModel(), embeddingModel(), textModel(), halfModel()].map(encodeModel);
  const seen = new Set<string>();
  for (let round = 0; round < 400; round++) {
    const bytes = Uint8Array.from(random.pick(files));
    for (let flips = 1 + random.integer(3); flips > 0; flips--)
      bytes[random.integer(bytes.length)] = random.integer(256);
    seen.add(await outcome(bytes));
  }
  expect([...seen]).toEqual(
    expect.arrayContaining(['answered', 'ARTIFACT_NOT_ONNX', 'ARTIFACT_UNSUPPORTED', 'MODEL_FAILED']),
  );
});

const wave = (domain: string): OnnxModel => {
  const model = modelOf('wave', {
    nodes: [node('Identity', ['x'], ['y'])],
    inputs: [value('x', 'float32', ['N', 1])],
    outputs: [value('y', 'float32', ['N', 1])],
  });
  const nodes = model.graph.nodes.map((given) => ({ ...given, opType: 'Wave', domain }));
  return { ...model, opsets: new Map([...model.opsets, [domain, 1]]), graph: { ...model.graph, nodes } };
};

test('a custom operator is named with its domain and with what to do instead', async () => {
  const model = wave('acme.signals');
  const opening = openOnnxRuntimeSession({ bytes: encodeModel(model), model, binding: narrowBinding(model) });
  await expect(opening).rejects.toMatchObject({
    code: 'ARTIFACT_UNSUPPORTED',
    message: expect.stringContaining('the custom operator Wave of the domain "acme.signals"'),
    hint: expect.stringContaining('ai.onnx'),
  });
});

test.each([
  ['an opset of the future', { opsets: new Map([['', 999]]) }, 'Opset 999', /reason in the message/],
  ['a format of the future', { irVersion: 999 }, 'IR version: 999', /model\.ir_version = 10/],
])('%s is refused in a sentence, with what to do', async (_, change, says, hint) => {
  const base = wave('');
  const nodes = base.graph.nodes.map((given) => ({ ...given, opType: 'Identity' }));
  const model = { ...base, graph: { ...base.graph, nodes }, ...change };
  const opening = openOnnxRuntimeSession({ bytes: encodeModel(model), model, binding: narrowBinding(model) });
  await expect(opening).rejects.toMatchObject({
    code: 'ARTIFACT_UNSUPPORTED',
    message: expect.stringMatching(new RegExp(`^ONNX Runtime does not take the model: [^/]*${says}`)),
    hint: expect.stringMatching(hint),
  });
});
