import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readNames } from './cut-names.ts';
import { parseXgboostJson } from './parse-json.ts';
import { readXgboost } from './read-xgboost.ts';

/** As XGBoost 3.2 saves pandas' categories: characters are counted, bytes are cut. */
function countedRun(names: readonly string[]) {
  const offsets = [0];
  for (const name of names) offsets.push((offsets.at(-1) ?? 0) + [...name].length);
  const bytes = new TextEncoder().encode(names.join('')).subarray(0, offsets.at(-1));
  return { bytes, offsets };
}

/** As a version saves them that counts bytes. */
function rightRun(names: readonly string[]) {
  const offsets = [0];
  for (const name of names) offsets.push((offsets.at(-1) ?? 0) + new TextEncoder().encode(name).length);
  return { bytes: new TextEncoder().encode(names.join('')), offsets };
}

const none: ReadonlySet<string> = new Set();

test('names of ASCII letters need no sample', () => {
  expect(readNames(rightRun(['bank', 'card']), none)).toEqual({ kind: 'names', names: ['bank', 'card'] });
});

test.each([
  [['bank', 'card', 'Überweisung']],
  [['Ärger', 'card']],
  [['zz', 'ä', 'öö']],
  [['日本', '中国人']],
  [['😀', '😁😁']],
])('the names %j are completed from the sample, and none is guessed without it', (names) => {
  expect(readNames(countedRun(names), new Set(names))).toEqual({ kind: 'names', names });
  expect(readNames(countedRun(names), none).kind).toBe('doubtful');
});

test.each([[['Ärger', 'card']], [['bank', 'card', 'Überweisung']]])(
  'the names %j of a file that counts bytes are kept',
  (names) => {
    expect(readNames(rightRun(names), new Set(names))).toEqual({ kind: 'names', names });
  },
);

test('two names that could both be the one that is lost are not guessed between', () => {
  const lengths = ['日本', '中国', 'ok'];
  expect(readNames(countedRun(lengths), new Set(lengths)).kind).toBe('doubtful');
  const seen = new Set(['card', 'Überweisung', 'Überweisunk']);
  expect(readNames(countedRun(['card', 'Überweisung']), seen)).toEqual({
    kind: 'doubtful',
    known: ['card', 'Überweisun…'],
  });
});

async function withCutNames() {
  const file = fileURLToPath(new URL('../fixtures/models/xgb-binary.json', import.meta.url));
  const document = JSON.parse(await readFile(file, 'utf8'));
  const { learner } = document;
  const { bytes, offsets } = countedRun(['bank', 'card', 'Überweisung']);
  const count = Number(learner.learner_model_param.num_feature);
  learner.feature_names = Array.from({ length: count }, (_, at) => `f${at}`);
  learner.feature_types = ['c', ...Array.from({ length: count - 1 }, () => 'float')];
  // A file has signed bytes.
  const first = { offsets, values: Array.from(bytes, (byte) => (byte > 127 ? byte - 256 : byte)) };
  learner.gradient_booster.model.cats = {
    enc: learner.feature_names.map((_: string, at: number) => (at === 0 ? first : { values: [] })),
  };
  return parseXgboostJson(JSON.stringify(document));
}

test('a model whose names are cut has codes without a sample, and says which', async () => {
  const read = readXgboost(await withCutNames());
  expect(read.features[0]).toMatchObject({ kind: 'category', categories: null });
  expect(read.notes.join()).toContain('0 "bank", 1 "card", 2 "Überweisun…"');
});

test('a model whose names are cut has them whole with a sample that holds them', async () => {
  const seen = new Map([['f0', new Set(['Überweisung', 'card'])]]);
  expect(readXgboost(await withCutNames(), seen).features[0]?.categories).toEqual(['bank', 'card', 'Überweisung']);
});

test('a sample that does not tell the lost name is refused, with what it has to hold', async () => {
  const document = await withCutNames();
  expect(() => readXgboost(document, new Map([['f0', new Set(['card'])]]))).toThrow(/"Überweisun…"/);
});
