import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { decodeModel, encodeModel, lower, readSignature } from '@slipway/core';
import { wholeBinding } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { openOnnxRuntimeSession } from '../../sessions/index.ts';
import { boostedOnnx } from '../import/boosted-onnx.ts';
import { parseXgboostJson } from './parse-json.ts';
import { readUbjson } from './read-ubjson.ts';
import { readXgboost } from './read-xgboost.ts';

const file = (name: string) => readFile(fileURLToPath(new URL(`../fixtures/models/${name}`, import.meta.url)));
const textOf = async (name: string) => (await file(name)).toString('utf8');

test('JSON and UBJSON of one model make the same graph, bit for bit', async () => {
  const json = readXgboost(parseXgboostJson(await textOf('xgb-binary.json')));
  const ubjson = readXgboost(readUbjson(new Uint8Array(await file('xgb-binary.ubj'))));
  expect(encodeModel(boostedOnnx(ubjson))).toEqual(encodeModel(boostedOnnx(json)));
});

test('a file as older versions write it makes the same graph', async () => {
  const now = await textOf('xgb-sets.json');
  const document = JSON.parse(now);
  const { learner } = document;
  const { model } = learner.gradient_booster;
  learner.learner_model_param.base_score = learner.learner_model_param.base_score.slice(1, -1);
  delete learner.learner_model_param.num_target;
  delete model.cats;
  delete model.iteration_indptr;
  for (const tree of model.trees) {
    tree.default_left = tree.default_left.map((left: number) => left === 1);
    tree.split_conditions = tree.split_conditions.map((value: number, id: number) =>
      tree.split_type[id] === 1 ? 'word' : value,
    );
  }
  // Up to version 3.0 the conditions of categorical splits are a word that JSON does not have.
  const then = JSON.stringify(document).replaceAll('"word"', 'NaN');
  expect(then).toContain(',NaN,');
  const graphs = [now, then].map((text) => encodeModel(boostedOnnx(readXgboost(parseXgboostJson(text)))));
  expect(graphs[1]).toEqual(graphs[0]);
});

test('trees of which some are dropped keep their weights where newer versions write them', async () => {
  const then = readUbjson(new Uint8Array(await file('xgb-dart.ubj'))) as { learner: Record<string, unknown> };
  const { gbtree, weight_drop } = then.learner.gradient_booster as {
    gbtree: { model: Record<string, unknown> };
    weight_drop: ArrayLike<number>;
  };
  const booster = (weights: ArrayLike<number>) => ({
    name: 'gbtree',
    model: { ...gbtree.model, weight_drop: weights },
  });
  const graph = (gradient_booster: unknown) =>
    encodeModel(boostedOnnx(readXgboost({ ...then, learner: { ...then.learner, gradient_booster } })));
  expect(graph(booster(weight_drop))).toEqual(graph(then.learner.gradient_booster));
  expect(graph(booster([]))).not.toEqual(graph(booster(weight_drop)));
});

test('NaN inside a text is text', () => {
  expect(parseXgboostJson('{"a": ["NaN,", "\\"NaN", NaN, -Infinity], "Infinity": 1}')).toEqual({
    a: ['NaN,', '"NaN', null, null],
    Infinity: 1,
  });
});

test('a feature may be called as an output or as an inner value would be', async () => {
  const read = readXgboost(readUbjson(new Uint8Array(await file('xgb-texts.ubj'))));
  const names = ['label', 'probabilities', 'matrix', 'sums', '"]); process.exit(); (["'];
  const features = read.features.map((feature, index) => ({ ...feature, name: names[index] as string }));
  const onnx = boostedOnnx({ ...read, features });
  expect(onnx.graph.inputs.map(({ name }) => name)).toEqual(names);
  expect(onnx.graph.outputs.map(({ name }) => name)).toEqual(['label_2', 'probabilities_2']);
  const bytes = encodeModel(onnx);
  const model = decodeModel(bytes);
  const binding = wholeBinding(model);
  expect(lower(model, binding).kind).toBe('program');
  const session = await openOnnxRuntimeSession({ bytes, model, signature: readSignature(model), binding });
  await session.close();
});

test.each([
  ['[1E0]', 0.999_999],
  ['[0E0]', 0.000_001],
])(
  'a base score of %s, where all labels are the same, is kept from the end as the library does',
  async (written, share) => {
    const document = JSON.parse(await textOf('xgb-binary.json'));
    document.learner.learner_model_param.base_score = written;
    const { scorer } = readXgboost(document);
    const [start] = scorer.kind === 'trees' ? scorer.trees : [];
    const [leaf] = start?.nodes ?? [];
    expect(leaf?.kind === 'leaf' ? leaf.value : Number.NaN).toBeCloseTo(Math.log(share / (1 - share)), 0);
  },
);
