import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isSlipwayError, type SlipwayError } from '@slipway/core';
import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { readTree } from '../xgboost/read-tree.ts';
import { readUbjson } from '../xgboost/read-ubjson.ts';
import { detectFormat } from './detect-format.ts';
import { DocumentValue } from './document.ts';
import { type ImportedModel, noHints, understandModel } from './read-model-file.ts';
import { NodeCount, readingLimits } from './reading-limits.ts';

const models = fileURLToPath(new URL('../fixtures/models/', import.meta.url));
const files = (await readdir(models)).filter((name) => /\.(ubj|txt)$|^xgb.*\.json$/.test(name));

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

/** What import makes of bytes: the model, or the error that it raises. Any other error fails the test. */
function outcome(bytes: Uint8Array): ImportedModel | SlipwayError {
  try {
    const format = detectFormat(bytes, 'file');
    if (format === 'pickle') throw new Error('no file here is a pickle');
    return understandModel({ path: 'file', format, bytes }, noHints);
  } catch (thrown) {
    if (isSlipwayError(thrown)) return thrown;
    throw thrown;
  }
}

function expectRefused(bytes: Uint8Array, message: RegExp, code = 'MODEL_FILE_CORRUPT'): void {
  const found = outcome(bytes);
  expect(isSlipwayError(found) ? `${found.code}: ${found.message} (${found.where})` : 'accepted').toMatch(message);
  expect(found).toMatchObject({ code });
  expect((found as SlipwayError).hint).not.toBe('');
}

test.each(files)('%s cut short anywhere is refused with what to do', async (name) => {
  const bytes = new Uint8Array(await readFile(join(models, name)));
  const seed = 7;
  const random = new Random(seed);
  const lengths = [...Array(40).keys(), ...Array.from({ length: 40 }, () => random.integer(bytes.length))];
  const whole = name.endsWith('.txt')
    ? Buffer.from(bytes).indexOf('end of trees') + 'end of trees'.length
    : bytes.length;
  for (const length of lengths) {
    const found = outcome(bytes.subarray(0, length));
    // What follows the trees of a LightGBM file is not needed for predictions.
    if (length >= whole) continue;
    expect(isSlipwayError(found), `seed ${seed}, ${length} bytes`).toBe(true);
    expect((found as SlipwayError).code).toMatch(/^(MODEL_FILE_|ARTIFACT_NOT_ONNX)/);
    expect((found as SlipwayError).hint).not.toBe('');
  }
});

test.each(files)('%s with changed bytes is read or refused, and nothing else', async (name) => {
  const bytes = new Uint8Array(await readFile(join(models, name)));
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed);
    const changed = bytes.slice();
    for (let change = 0; change <= random.integer(4); change++)
      changed[random.integer(changed.length)] = random.integer(256);
    expect(() => outcome(changed), `seed ${seed}`).not.toThrow();
  }
});

const big = '\0\0\0\x02\x54\x0b\xe4\0';

test.each([
  ['a list that claims 10 GB', `{L\0\0\0\0\0\0\0\x07learner[$d#L${big}`, /do not fit into the file/],
  ['a list of anything that claims 10 GB', `{L\0\0\0\0\0\0\0\x07learner[#L${big}`, /do not fit into the file/],
  ['a text that claims 10 GB', `{L\0\0\0\0\0\0\0\x07learnerSL${big}`, /text of 10000000000 bytes does not fit/],
  ['a negative length', '{L\0\0\0\0\0\0\0\x07learner[#i\xff', /length -1 is none/],
  ['a list of nulls that takes no room', `{L\0\0\0\0\0\0\0\x07learner[$Z#L${big}`, /type "Z" is not read/],
  ['lists in lists', `{L\0\0\0\0\0\0\0\x07learner${'['.repeat(100_000)}`, /more than 64 deep/],
  ['objects in objects', `{L\0\0\0\0\0\0\0\x07learner${'{i\x01a'.repeat(100_000)}`, /more than 64 deep/],
  ['a name twice', '{L\0\0\0\0\0\0\0\x07learnerZi\x07learnerZ}', /"learner" stands twice/],
  ['bytes behind the end', '{L\0\0\0\0\0\0\0\x07learnerZ}}', /1 bytes follow the end/],
  ['a marker that is none', '{L\0\0\0\0\0\0\0\x07learner?', /"\?" stands for no value/],
  ['null where an object belongs', '{L\0\0\0\0\0\0\0\x07learnerZ}', /is null, not an object/],
])('UBJSON with %s is refused', (_, text, message) => {
  expectRefused(latin1(text), message);
});

test('a name like __proto__ is a name like any other', () => {
  const document = readUbjson(latin1('{i\x09__proto__{i\x01aU\x05}}')) as object;
  expect(Object.keys(document)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
});

type Json = { [key: string]: Json } & Json[];

/** The committed JSON model with something changed in it. */
async function xgboost(change: (learner: Json, tree: Json) => void): Promise<Uint8Array> {
  const document = JSON.parse(await readFile(join(models, 'xgb-sets.json'), 'utf8')) as Json;
  const learner = document.learner as Json;
  change(learner, learner.gradient_booster?.model?.trees?.[1] as Json);
  return new TextEncoder().encode(JSON.stringify(document));
}

const set = (target: Json | undefined, name: string | number, value: unknown) => {
  (target as unknown as Record<string | number, unknown>)[name] = value;
};

test.each<[string, (learner: Json, tree: Json) => void, RegExp]>([
  ['a tree with a loop', (_, tree) => set(tree.left_children, 1, 0), /Node 0 hangs on the tree twice/],
  ['a node with two parents', (_, tree) => set(tree.left_children, 1, 2), /Node 2 hangs on the tree twice/],
  ['a node that is its own child', (_, tree) => set(tree.left_children, 0, 0), /Node 0 hangs on the tree twice/],
  ['a child that is not there', (_, tree) => set(tree.left_children, 0, 99_999), /no node 99999 in the tree/],
  ['a negative child', (_, tree) => set(tree.left_children, 0, -2), /no node -2 in the tree/],
  ['half a child', (_, tree) => set(tree.left_children, 0, 0.5), /0\.5 is not a whole number/],
  ['a feature that is not there', (_, tree) => set(tree.split_indices, 0, 5), /looks at feature 5; the model has 5/],
  [
    'a threshold that is null',
    (_, tree) => set(tree.split_conditions, 0, null),
    /compares with NaN|leaf has the value NaN/,
  ],
  ['a threshold that is text', (_, tree) => set(tree.split_conditions, 0, 'NaN'), /is not a number/],
  ['a list too short', (_, tree) => (tree.default_left as Json).pop(), /entries where \d+ belong/],
  [
    'a wrong number of nodes',
    (_, tree) => set(tree.tree_param, 'num_nodes', '1000000000'),
    /says that it has 1000000000/,
  ],
  ['a set of categories twice', (_, tree) => set(tree.categories_segments, 1, 0), /The categories from 0/],
  ['a set that is endless', (_, tree) => set(tree.categories_sizes, 0, 1e9), /1000000000 of them, are not in the list/],
  ['a category below zero', (_, tree) => set(tree.categories, 0, -1), /-1 is no category/],
  [
    'more trees than there are',
    ({ gradient_booster: booster }) => set(booster?.model?.gbtree_model_param, 'num_trees', '1000000000'),
    /says that it has 1000000000 trees, and has 10/,
  ],
  ['a tree of no target', ({ gradient_booster: booster }) => set(booster?.model?.tree_info, 0, 3), /no target 3/],
  ['no features', ({ learner_model_param: params }) => set(params, 'num_feature', '0'), /has 0 features/],
  [
    'a base score that is none',
    ({ learner_model_param: params }) => set(params, 'base_score', '[x]'),
    /"\[x\]" is not 1 number/,
  ],
  ['names that do not suit', (learner) => set(learner, 'feature_names', ['a']), /1 entries for 5 features/],
  ['no booster', (learner) => delete learner.gradient_booster, /There is no "gradient_booster"/],
  [
    'a best iteration beyond its trees',
    (learner) => set(learner, 'attributes', { best_iteration: '99' }),
    /which the model does not have/,
  ],
])('XGBoost JSON with %s is refused, with the place', async (_, change, message) => {
  expectRefused(await xgboost(change), message);
});

test.each<[string, (learner: Json, tree: Json) => void, RegExp]>([
  ['an objective nobody knows', ({ objective }) => set(objective, 'name', 'my:loss'), /"my:loss" is not known here/],
  ['a booster nobody knows', ({ gradient_booster: booster }) => set(booster, 'name', 'tea'), /"tea" is not known/],
  ['leaves of many numbers', (_, tree) => set(tree.tree_param, 'size_leaf_vector', '3'), /hold 3 numbers each/],
  [
    'a million features',
    ({ learner_model_param: params }) => set(params, 'num_feature', '1000000'),
    /a contract holds 10000/,
  ],
])('XGBoost JSON with %s is not supported, and says what to do', async (_, change, message) => {
  expectRefused(await xgboost(change), message, 'MODEL_FILE_UNSUPPORTED');
});

test('JSON nested a million deep is read or refused without a crash', () => {
  const deep = `{"learner":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;
  expectRefused(new TextEncoder().encode(deep), /is a list, not an object/);
});

async function lightgbm(from: string | RegExp, to: string): Promise<Uint8Array> {
  const text = await readFile(join(models, 'lgb-sets.txt'), 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return new TextEncoder().encode(changed);
}

test.each<[string, string | RegExp, string, RegExp]>([
  ['a tree with a loop', /left_child=\S+/, 'left_child=0', /Node 0 hangs on the tree twice/],
  ['a child that is not there', /left_child=\S+/, 'left_child=77', /no node 77 in the tree/],
  ['a leaf that is not there', /left_child=\S+/, 'left_child=-77', /no node -77 in the tree/],
  ['a threshold that is NaN', /threshold=\S+/, 'threshold=nan', /"nan", which is no number/],
  ['a leaf that is infinite', /leaf_value=\S+/, 'leaf_value=inf', /holds Infinity, which is no finite number/],
  ['a feature that is not there', /split_feature=\S+/, 'split_feature=9', /looks at feature 9; the model has 5/],
  ['more leaves than values', /num_leaves=\d+/, 'num_leaves=100000', /entries where 100000 belong/],
  ['no leaves', /num_leaves=\d+/, 'num_leaves=0', /has 0 leaves/],
  ['a billion sets', /num_cat=\d+/, 'num_cat=1000000000', /1000000000 sets of categories/],
  ['sets that go back', /cat_boundaries=0 1/, 'cat_boundaries=1 0', /has no set from 1 to 0/],
  ['a decision nobody knows', /decision_type=\S+/, 'decision_type=77', /decision type 77 is not known/],
  ['a line twice', /num_leaves=/, 'num_leaves=3\nnum_leaves=', /"num_leaves" stands there twice/],
  ['a tree left out', /Tree=1\n/, 'Tree=2\n', /Tree=1 belongs here/],
  ['wrong sizes', /tree_sizes=\S+ /, 'tree_sizes=', /tree_sizes names 9 trees, and the file has 10/],
  ['names that do not suit', /feature_names=\S+ /, 'feature_names=', /4 entries for 5 features/],
])('LightGBM text with %s is refused, with the place', async (_, from, to, message) => {
  expectRefused(await lightgbm(from, to), message);
});

test.each<[string, string | RegExp, string, RegExp]>([
  ['an objective nobody knows', /objective=.*/, 'objective=mine', /"mine" with 1 tree/],
  ['linear leaves', /is_linear=0/, 'is_linear=1', /linear_tree=true/],
  ['an old version', 'version=v4', 'version=v2', /"v2"; v3 and v4 are read/],
  ['a million features', /max_feature_idx=\d+/, 'max_feature_idx=1000000', /a contract holds 10000/],
])('LightGBM text with %s is not supported, and says what to do', async (_, from, to, message) => {
  expectRefused(await lightgbm(from, to), message, 'MODEL_FILE_UNSUPPORTED');
});

test.each<[string, () => Uint8Array, RegExp, string]>([
  [
    'UBJSON of millions of values',
    () => latin1(`{L\0\0\0\0\0\0\0\x07learner[${'Z'.repeat(readingLimits.valuesMax)}]}`),
    /more than 10000000 values/,
    'MODEL_FILE_CORRUPT',
  ],
  [
    'JSON of millions of lists',
    () => latin1(`{"learner":[${'[],'.repeat(readingLimits.valuesMax)}0]}`),
    /more than 10000000 lists/,
    'MODEL_FILE_UNSUPPORTED',
  ],
  [
    'text of millions of lines',
    () => latin1(`tree\n${'\n'.repeat(readingLimits.linesMax)}`),
    /more than 4000000 lines/,
    'MODEL_FILE_UNSUPPORTED',
  ],
])('%s is refused before it takes gigabytes', (_, bytes, message, code) => {
  expectRefused(bytes(), message, code);
});

test('a model of more nodes than fit into memory is refused while it is read', async () => {
  const all = new NodeCount(20);
  const document = JSON.parse(await readFile(join(models, 'xgb-sets.json'), 'utf8'));
  const tree = new DocumentValue(document.learner.gradient_booster.model.trees[0], 'tree');
  expect(readTree(tree, 5, new NodeCount()).length).toBeGreaterThan(20);
  expect(() => readTree(tree, 5, all)).toThrow(/more than 20 nodes/);
});

test('a number of a million digits that is none takes no time', async () => {
  expectRefused(await lightgbm(/leaf_value=\S+/, `leaf_value=${'1'.repeat(1_000_000)}x`), /which is no number/);
});

test('what is read takes at most 128 times the memory of the file, in its worst form', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const objects = 200_000;
  const bytes = latin1(`{L\0\0\0\0\0\0\0\x07learner[${'{}'.repeat(objects)}]}`);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const document = readUbjson(bytes) as { learner: unknown[] };
  collectGarbage();
  const used = process.memoryUsage().heapUsed - before;
  expect(document.learner).toHaveLength(objects);
  expect(used).toBeGreaterThan(0);
  expect(used).toBeLessThan(readingLimits.memoryTimesMax * bytes.length);
});
