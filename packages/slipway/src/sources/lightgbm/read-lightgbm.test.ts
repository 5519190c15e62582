import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { encodeModel } from '@slipway/core';
import { expect, test } from 'vitest';
import { boostedOnnx } from '../import/boosted-onnx.ts';
import { readLightgbm } from './read-lightgbm.ts';

const textOf = (name: string) =>
  readFile(fileURLToPath(new URL(`../fixtures/models/${name}`, import.meta.url)), 'utf8');

test('line ends of either kind, and a file without what follows the trees, make the same graph', async () => {
  const text = await textOf('lgb-sets.txt');
  const end = text.indexOf('end of trees');
  const forms = [text, text.replaceAll('\n', '\r\n'), `${text.slice(0, end)}end of trees\n`];
  const graphs = forms.map((form) => encodeModel(boostedOnnx(readLightgbm(form))));
  expect(graphs[1]).toEqual(graphs[0]);
  expect(graphs[2]).toEqual(graphs[0]);
});

test('names, ranges and categories of the training come with the features', async () => {
  const { features } = readLightgbm(await textOf('lgb-texts.txt'));
  expect(features.map(({ name, kind }) => [name, kind])).toEqual([
    ['a', 'any'],
    ['b', 'any'],
    ['c', 'any'],
    ['plan', 'category'],
    ['level', 'category'],
  ]);
  expect(features[3]?.categories).toEqual(['basic', 'gold', 'plus', '"] + exit() + ["']);
  expect(features[4]?.categories).toEqual([10, 20, 30, 40, 50]);
  const [least, greatest] = features[0]?.range ?? [];
  expect([least, greatest]).toEqual([expect.closeTo(-3.5, 0), expect.closeTo(3.5, 0)]);
});

test('a feature that lacked no value in training rejects missing ones; one that did hands them to the model', async () => {
  const { features } = readLightgbm(await textOf('lgb-regression.txt'));
  expect(features.map(({ missing }) => missing)).toEqual([true, false, false, true, false]);
});

test('values that the library takes for zero go where zero goes', async () => {
  const text = (await textOf('lgb-regression.txt')).replace(/threshold=\S+/, 'threshold=1e-40');
  const { scorer } = readLightgbm(text);
  const [tree] = scorer.kind === 'trees' ? scorer.trees : [];
  const [root] = tree?.nodes ?? [];
  expect(root).toMatchObject({ kind: 'branch', test: { op: 'at_most', threshold: Math.fround(1e-35) } });
});
