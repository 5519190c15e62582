import { answerColumns, type RealModel, realBatch, realBinding, realModels } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { openCompiledSession } from './compiled-session.ts';
import { lower } from './lower/lower.ts';
import { decodeModel, type OnnxModel, type OnnxNode } from './onnx/index.ts';
import type { LaneValues } from './session.ts';

// The order of sums that decision 0006 documents, written down a second time: what the compiled engine gives for linear
// models is these bits on every machine, whatever instructions ONNX Runtime uses there.

type Matrix = readonly (readonly number[])[];

const linear = realModels().flatMap((given) => {
  const model = decodeModel(given.bytes);
  return isPlainLinear(model) ? [{ name: given.name, given, model }] : [];
});

test('there are linear models, wide ones among them', () => {
  expect(linear.length).toBeGreaterThan(8);
  expect(linear.filter(({ given }) => (given.rows[0]?.length ?? 0) > 60)).not.toEqual([]);
});

test.each(linear)('$name gives the bits of plain float32 sums, products rounded, the bias last', ({ given, model }) => {
  const [input] = model.graph.inputs;
  const values = new Map([
    [input?.name ?? '', given.rows.map((row) => row.map((value) => Math.fround(Number(value))))],
  ]);
  for (const node of model.graph.nodes) run(node, values);
  const scores = outputOf(given, model);
  const expected = values.get(scores.name);
  expect(scores.columns).toHaveLength(expected?.[0]?.length ?? 0);
  for (const [column, got] of scores.columns.entries()) expect(got).toEqual(expected?.map((row) => row[column]));
});

/** Only operators that `run` knows, over one matrix of numbers. */
function isPlainLinear({ graph }: OnnxModel): boolean {
  const isPlain = ({ opType, attributes }: OnnxNode) => {
    const transform = attributes.get('post_transform');
    const hasNone = transform?.type !== 'string' || transform.value === 'NONE';
    return ['Scaler', 'LinearRegressor', 'LinearClassifier', 'Identity', 'Cast'].includes(opType) && hasNone;
  };
  const linears = graph.nodes.filter(({ opType }) => opType.startsWith('Linear'));
  return (
    graph.inputs.length === 1 &&
    graph.inputs[0]?.type === 'float32' &&
    linears.length === 1 &&
    graph.nodes.every(isPlain)
  );
}

/** The compiled engine's columns of the output that holds numbers. */
function outputOf(given: RealModel, model: OnnxModel): { name: string; columns: readonly (readonly unknown[])[] } {
  const whole = realBinding(given, model);
  const name = whole.outputs.findLast(({ type }) => type === 'float32')?.output ?? '';
  const binding = { ...whole, outputs: whole.outputs.filter(({ output }) => output === name) };
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  const lanes = openCompiledSession(lowering.program, binding).run(realBatch(given, binding));
  return { name, columns: answerColumns(binding, lanes as readonly LaneValues[]) };
}

function run(node: OnnxNode, values: Map<string, Matrix>): void {
  const x = values.get(node.inputs[0] ?? '');
  if (x === undefined) return;
  const floats = (name: string): readonly number[] => {
    const attribute = node.attributes.get(name);
    return attribute?.type === 'floats' ? [...attribute.value] : [];
  };
  if (node.opType === 'Scaler') values.set(node.outputs[0] ?? '', x.map(scaled(floats('offset'), floats('scale'))));
  else if (node.opType === 'LinearRegressor')
    values.set(node.outputs[0] ?? '', x.map(sums(floats('coefficients'), floats('intercepts'))));
  else if (node.opType === 'LinearClassifier')
    values.set(node.outputs[1] ?? '', x.map(sums(floats('coefficients'), floats('intercepts'))));
  else values.set(node.outputs[0] ?? '', x);
}

function scaled(offset: readonly number[], scale: readonly number[]) {
  const { fround } = Math;
  return (row: readonly number[]) => row.map((x, at) => fround(fround(x - Number(offset[at])) * Number(scale[at])));
}

function sums(weights: readonly number[], biases: readonly number[]) {
  const { fround } = Math;
  return (row: readonly number[]) =>
    biases.map((bias, output) => {
      const products = row.map((x, at) => fround(x * Number(weights[output * row.length + at])));
      return fround(products.reduce((sum, product) => fround(sum + product), 0) + bias);
    });
}
