import { type BoostedModel, type BoostedTree, boostedLimits, type ModelFeature } from '../import/boosted-model.ts';
import { corrupt, DocumentValue, unsupported } from '../import/document.ts';
import { readCategoryValues, type SeenTexts } from './categories.ts';
import { type Objective, objectives, startOfSums } from './objectives.ts';
import { readBooster } from './read-booster.ts';

/**
 * The model of an XGBoost file (JSON or UBJSON, versions 1.7 to 3.4) that was parsed. The sums are XGBoost's own, bit for
 * bit: float32, `base_score` first, then tree by tree. `seen` are the texts of a sample, where there is one.
 * Raises MODEL_FILE_CORRUPT and MODEL_FILE_UNSUPPORTED with the path of what is wrong.
 */
export function readXgboost(document: unknown, seen: SeenTexts = new Map()): BoostedModel {
  const file = new DocumentValue(document);
  const learner = file.get('learner');
  const shape = readShape(learner);
  const version = readVersion(file);
  const objective = readObjective(learner, version.major);
  const base = readBaseScore(learner, shape.targets).map((score) => startOfSums(score, objective, version.major));
  if (base.some((start) => !Number.isFinite(start))) {
    throw corrupt('learner.learner_model_param.base_score', 'The base score is outside of what the objective allows.');
  }
  const { scorer, notes } = readBooster(learner, { ...shape, base });
  const read = readFeatures(learner, shape.features, seen);
  const starts = scorer.kind === 'linear' ? [] : base.map(startTree);
  return {
    producer: `XGBoost ${version.text}`,
    precision: 'float32',
    features: read.features,
    namesAreGiven: (learner.find('feature_names')?.items() ?? []).length > 0,
    targets: shape.targets,
    scorer: scorer.kind === 'linear' ? scorer : { ...scorer, trees: [...starts, ...scorer.trees] },
    answer: objective.answer,
    notes: [...notes, ...read.notes],
  };
}

/** A tree of one leaf, so that the order of the sum is the library's. */
function startTree(value: number, target: number): BoostedTree {
  return { target, nodes: [{ kind: 'leaf', value }] };
}

export interface LearnerShape {
  readonly features: number;
  readonly targets: number;
}

function readShape(learner: DocumentValue): LearnerShape {
  const params = learner.get('learner_model_param');
  const features = params.get('num_feature').integer();
  const classes = Math.max(1, params.get('num_class').integer());
  const outputs = Math.max(1, params.find('num_target')?.integer() ?? 1);
  if (features < 1) throw corrupt(`${params.path}.num_feature`, `The model has ${features} features.`);
  if (features > boostedLimits.features) {
    const message = `The model has ${features} features; a contract holds ${boostedLimits.features}.`;
    throw unsupported(`${params.path}.num_feature`, message, 'Train with fewer features.');
  }
  const targets = Math.max(classes, outputs);
  if (targets > boostedLimits.targets || (classes > 1 && outputs > 1)) {
    throw unsupported(
      params.path,
      `The model has ${classes} classes and ${outputs} targets.`,
      'Train one model a target.',
    );
  }
  return { features, targets };
}

function readObjective(learner: DocumentValue, majorVersion: number): Objective {
  const name = learner.get('objective').get('name');
  if (name.text() === 'binary:logitraw' && majorVersion < 2) {
    throw unsupported(
      name.path,
      'Before version 2, binary:logitraw took its base score for a probability.',
      'Load the model with a newer XGBoost and save it again.',
    );
  }
  const objective = objectives.get(name.text());
  if (objective !== undefined) return objective;
  throw unsupported(
    name.path,
    `The objective ${JSON.stringify(name.text().slice(0, 80))} is not known here, so neither is what becomes of its sums.`,
    `Known are ${[...objectives.keys()].join(', ')}.`,
  );
}

/** Longer than any list of as many targets as there may be. */
const baseScoreCharsMax = 1_000_000;

/** One number in versions up to 3.0, a list in brackets since. */
function readBaseScore(learner: DocumentValue, targets: number): number[] {
  const place = learner.get('learner_model_param').get('base_score');
  const text = place.text().trim().slice(0, baseScoreCharsMax);
  const parts = (text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text).split(',');
  const scores = parts.map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (scores.some((score) => !Number.isFinite(score)) || (scores.length !== 1 && scores.length !== targets)) {
    throw corrupt(place.path, `The base score ${JSON.stringify(text.slice(0, 80))} is not ${targets} number(s).`);
  }
  return Array.from({ length: targets }, (_, target) => scores[scores.length === 1 ? 0 : target] as number);
}

function readVersion(file: DocumentValue): { readonly text: string; readonly major: number } {
  const version = Array.from(file.get('version').numbers());
  return { text: version.join('.'), major: version[0] ?? 0 };
}

/** XGBoost's short words for the types of columns. */
const kinds: ReadonlyMap<string, ModelFeature['kind']> = new Map([
  ['float', 'number'],
  ['q', 'number'],
  ['int', 'integer'],
  ['i', 'boolean'],
  ['c', 'category'],
]);

function readFeatures(
  learner: DocumentValue,
  count: number,
  seen: SeenTexts,
): { readonly features: readonly ModelFeature[]; readonly notes: readonly string[] } {
  const given = textsOf(learner, 'feature_names', count);
  const names = Array.from({ length: count }, (_, index) => given[index] ?? `f${index}`);
  const types = textsOf(learner, 'feature_types', count);
  const { values, notes } = readCategoryValues(learner, names, seen);
  const features = names.map((name, index): ModelFeature => {
    const kind = kinds.get(types[index] ?? '') ?? 'any';
    return {
      name,
      kind,
      categories: kind === 'category' ? (values[index] ?? null) : null,
      range: null,
      missing: true,
      zeroIsMissing: null,
    };
  });
  return { features, notes };
}

function textsOf(learner: DocumentValue, name: string, count: number): string[] {
  const texts = learner.find(name)?.items() ?? [];
  if (texts.length !== 0 && texts.length !== count) {
    throw corrupt(`${learner.path}.${name}`, `There are ${texts.length} entries for ${count} features.`);
  }
  return texts.map((text) => text.text());
}
