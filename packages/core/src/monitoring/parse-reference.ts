import { fail } from '../errors/index.ts';
import type { CategoryProfile, FieldProfile, NumberProfile, Reference } from './types.ts';

/** Reads a reference profile from JSON text. `file` is where it came from, for messages. Raises REFERENCE_INVALID. */
export function parseReference(text: string, file: string): Reference {
  const invalid = (message: string) => fail('REFERENCE_INVALID', { message, where: file });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fail('REFERENCE_INVALID', { message: `It is not JSON: ${(cause as Error).message}.`, where: file, cause });
  }
  if (!isObject(value)) throw invalid('A reference is a JSON object.');
  if (value.slipway_reference !== 1) {
    throw invalid(`slipway_reference is ${JSON.stringify(value.slipway_reference)}; this Slipway reads format 1.`);
  }
  const { model, version, features, scores } = value;
  if (typeof model !== 'string' || typeof version !== 'string') throw invalid('model and version must be texts.');
  return {
    slipway_reference: 1,
    model,
    version,
    features: readProfiles(features, 'features', invalid),
    scores: readProfiles(scores, 'scores', invalid),
  };
}

type Invalid = (message: string) => Error;

function readProfiles(value: unknown, place: string, invalid: Invalid): FieldProfile[] {
  if (!Array.isArray(value)) throw invalid(`${place} must be a list.`);
  const profiles = value.map((item, index) => readProfile(item, `${place}[${index}]`, invalid));
  const twice = profiles.find((profile, index) => profiles.findIndex(({ name }) => name === profile.name) !== index);
  if (twice !== undefined) throw invalid(`${place} has ${JSON.stringify(twice.name)} twice.`);
  return profiles;
}

function readProfile(value: unknown, place: string, invalid: Invalid): FieldProfile {
  if (!isObject(value) || typeof value.name !== 'string') throw invalid(`${place} must be an object with a name.`);
  if (!isCount(value.count) || !isCount(value.missing)) throw invalid(`${place} needs whole count and missing.`);
  if (value.kind === 'number') return readNumbers(value, value.name, place, invalid);
  if (value.kind === 'category') return readCategories(value, value.name, place, invalid);
  throw invalid(`${place}.kind is ${JSON.stringify(value.kind)}; it must be "number" or "category".`);
}

type Json = Record<string, unknown>;

function readNumbers(value: Json, name: string, place: string, invalid: Invalid): NumberProfile {
  const { edges, counts } = value;
  if (!isListOf(edges, isNumber) || edges.some((edge, at) => at > 0 && edge <= edges[at - 1])) {
    throw invalid(`${place}.edges must be numbers that ascend.`);
  }
  if (!isListOf(counts, isCount) || counts.length !== edges.length + 1) {
    throw invalid(`${place}.counts must be whole numbers, one more than edges has.`);
  }
  const count = value.count as number;
  if (sumOf(counts) !== count) throw invalid(`${place}.counts sum to ${sumOf(counts)}, but count is ${count}.`);
  const numbers = [value.minimum, value.maximum, value.mean, value.sd];
  if (!isListOf(numbers, isNumberOrNull))
    throw invalid(`${place} needs numbers or null for minimum, maximum, mean, sd.`);
  const [minimum, maximum, mean, sd] = numbers;
  return { kind: 'number', name, count, missing: value.missing as number, minimum, maximum, mean, sd, edges, counts };
}

function readCategories(value: Json, name: string, place: string, invalid: Invalid): CategoryProfile {
  const { categories, other } = value;
  if (!isCount(other)) throw invalid(`${place}.other must be a whole number.`);
  if (!isListOf(categories, isCategory)) {
    throw invalid(`${place}.categories must be a list of objects with a value and a count.`);
  }
  const sum = sumOf(categories.map((category) => category.count)) + other;
  const count = value.count as number;
  if (sum !== count) throw invalid(`${place} has ${sum} rows in its categories, but count is ${count}.`);
  return { kind: 'category', name, count, missing: value.missing as number, categories, other };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf<T>(value: unknown, is: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || Number.isFinite(value);
}

function isCategory(value: unknown): value is { value: string; count: number } {
  return isObject(value) && typeof value.value === 'string' && isCount(value.count);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
