import { nearest } from '../contract/index.ts';
import type { Problem } from './problems.ts';
import type { JsonSchema, JsonType } from './schema/json-schema.ts';
import {
  type Path,
  type Place,
  plainValue,
  type SourceList,
  type SourceMap,
  type SourceNode,
  type SourceScalar,
} from './source/source-node.ts';
import { didYouMean, expected, invalid, missingField, noneOf, shown, unknownField } from './wording.ts';

/**
 * Holds a document against a schema and tells every problem with its place. It knows exactly the keywords of
 * `JsonSchema`; a test compares its verdicts with those of a full JSON Schema validator on many documents.
 */
export function validate(schema: JsonSchema, root: SourceNode): readonly Problem[] {
  return check(schema, root, [], root.at);
}

/** `from` is where a missing field is reported: the key that the map belongs to. */
function check(schema: JsonSchema, node: SourceNode, path: Path, from: Place): Problem[] {
  if (schema.oneOf !== undefined) return checkAlternatives(schema, schema.oneOf, node, path, from);
  const words = wordsOf(schema);
  if (words.length > 0) return checkWord(schema, words, node, path);
  if (!isOfType(schema.type, node))
    return [invalid(schema, node.at, path, `${shown(node)} is not ${expected(schema)}`)];
  if (node.kind === 'map') return checkMap(schema, node, path, from);
  if (node.kind === 'list') return checkList(schema, node, path);
  const broken = brokenScalarRule(schema, node);
  return broken === null ? [] : [invalid(schema, node.at, path, broken)];
}

function checkWord(schema: JsonSchema, words: readonly unknown[], node: SourceNode, path: Path): Problem[] {
  if (node.kind === 'scalar' && words.includes(node.value)) return [];
  const problem = noneOf(schema, node, path, words);
  const near = node.kind === 'scalar' ? nearest(node.text, words.map(String)) : null;
  return [near === null ? problem : { ...problem, hint: didYouMean(near), suggestion: near }];
}

function checkMap(schema: JsonSchema, map: SourceMap, path: Path, from: Place): Problem[] {
  const fields = schema.properties ?? {};
  const present = new Set(map.entries.map((entry) => entry.key));
  const absent = Object.keys(fields).filter((name) => !present.has(name));
  const problems: Problem[] = [];
  for (const { key, at, value } of map.entries) {
    const inside = [...path, key];
    if (schema.propertyNames !== undefined) problems.push(...checkName(schema.propertyNames, key, at, inside));
    const field = Object.hasOwn(fields, key) ? fields[key] : schema.additionalProperties;
    if (field === false) problems.push(unknownField(schema, inside, at, nearest(key, absent)));
    else if (field !== undefined) problems.push(...check(field, value, inside, at));
  }
  // A misspelt field leaves the right one missing too; one message for both is enough.
  const meant = new Set(
    problems.filter((problem) => problem.path.length === path.length + 1).map((problem) => problem.suggestion),
  );
  for (const name of schema.required ?? []) {
    if (!present.has(name) && !meant.has(name)) problems.push(missingField(fields[name] ?? {}, [...path, name], from));
  }
  return [...problems, ...checkCount(schema, map, path)];
}

function checkCount(schema: JsonSchema, map: SourceMap, path: Path): Problem[] {
  const count = map.entries.length;
  if (count < (schema.minProperties ?? 0)) return [invalid(schema, map.at, path, 'this map is empty')];
  if (count <= (schema.maxProperties ?? count)) return [];
  return [invalid(schema, map.at, path, `${count} fields are more than the ${schema.maxProperties} allowed`)];
}

function checkName(schema: JsonSchema, name: string, at: Place, path: Path): Problem[] {
  const broken = brokenScalarRule(schema, { kind: 'scalar', at, value: name, text: name });
  return broken === null ? [] : [invalid(schema, at, path, broken, 'Choose another name.')];
}

function checkList(schema: JsonSchema, list: SourceList, path: Path): Problem[] {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  const count = list.items.length;
  if (count < minItems) return [invalid(schema, list.at, path, 'this list is empty')];
  if (count > maxItems) return [invalid(schema, list.at, path, `${count} items are more than the ${maxItems} allowed`)];
  if (items === undefined) return [];
  const problems = list.items.flatMap((item, index) => check(items, item, [...path, index], item.at));
  return problems.length === 0 && schema.uniqueItems === true ? repeatedItems(schema, list, path) : problems;
}

function repeatedItems(schema: JsonSchema, list: SourceList, path: Path): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const [index, item] of list.items.entries()) {
    const identity = JSON.stringify(plainValue(item));
    if (seen.has(identity)) {
      problems.push(
        invalid(schema, item.at, [...path, index], `${shown(item)} stands twice`, 'Remove one of the two.'),
      );
    }
    seen.add(identity);
  }
  return problems;
}

/** The first rule of text or number that a value breaks, as a sentence without its full stop. */
function brokenScalarRule(schema: JsonSchema, node: SourceScalar): string | null {
  if (typeof node.value === 'number') return brokenNumberRule(schema, node.value, node.text);
  return typeof node.value === 'string' ? brokenTextRule(schema, node.value, node) : null;
}

function brokenTextRule(schema: JsonSchema, text: string, node: SourceScalar): string | null {
  // Lengths are code points, as JSON Schema counts them.
  const length = [...text].length;
  if (length < (schema.minLength ?? 0)) return 'the text is empty';
  if (length > (schema.maxLength ?? length))
    return `the text has ${length} characters, more than the ${schema.maxLength} allowed`;
  if (schema.pattern === undefined || matches(schema.pattern, text)) return null;
  return `${shown(node)} is not ${expected(schema)}`;
}

function brokenNumberRule(schema: JsonSchema, value: number, text: string): string | null {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && value < minimum) return `${text} is below ${minimum}`;
  if (maximum !== undefined && value > maximum) return `${text} is above ${maximum}`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `${text} is not above ${exclusiveMinimum}`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return `${text} is not below ${exclusiveMaximum}`;
  return null;
}

/**
 * Alternatives are told apart by a tag (`type`, `kind`) where they have one. Where none of those left fits, people
 * mean the one that comes nearest, so its problems are reported. Plain values say what all alternatives expect.
 */
function checkAlternatives(
  schema: JsonSchema,
  branches: readonly JsonSchema[],
  node: SourceNode,
  path: Path,
  from: Place,
): Problem[] {
  if (node.kind !== 'map' && branches.every((branch) => branch.type === 'object')) {
    return [invalid(schema, node.at, path, `${shown(node)} is not a map of fields`)];
  }
  const tag = tagOf(branches);
  if (tag === null || node.kind !== 'map') return checkNearest(schema, branches, node, path, from);
  const words = [...new Set(branches.flatMap((branch) => wordsOf(branch.properties?.[tag])))];
  const value = node.entries.find((entry) => entry.key === tag)?.value;
  if (value === undefined) return [missingTag(tag, words, node, path, from)];
  const tagged = branches.filter(
    (branch) => value.kind === 'scalar' && wordsOf(branch.properties?.[tag]).includes(value.value),
  );
  if (tagged.length === 0) return checkWord(schema, words, value, [...path, tag]);
  return checkNearest(schema, tagged, node, path, from);
}

/** The field that in every alternative must be one of a few words. */
function tagOf(branches: readonly JsonSchema[]): string | null {
  const names = Object.keys(branches[0]?.properties ?? {});
  return names.find((name) => branches.every((branch) => wordsOf(branch.properties?.[name]).length > 0)) ?? null;
}

function wordsOf(schema: JsonSchema | undefined): readonly unknown[] {
  return schema?.const === undefined ? (schema?.enum ?? []) : [schema.const];
}

/** A misspelt tag (`typ`) is an unknown field with a suggestion; an absent one says which words it could be. */
function missingTag(tag: string, words: readonly unknown[], map: SourceMap, path: Path, from: Place): Problem {
  for (const { key, at } of map.entries) {
    if (nearest(key, [tag]) !== null) return unknownField({}, [...path, key], at, tag);
  }
  return invalid({}, from, [...path, tag], 'this field is missing', `Write one of ${words.join(', ')}.`);
}

function checkNearest(
  schema: JsonSchema,
  branches: readonly JsonSchema[],
  node: SourceNode,
  path: Path,
  from: Place,
): Problem[] {
  let best: Problem[] = [];
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const branch of branches) {
    const problems = check(branch, node, path, from);
    if (problems.length === 0) return [];
    const distance = problems.reduce((sum, problem) => sum + weight(problem, path.length), 0);
    if (distance < bestDistance) {
      best = problems;
      bestDistance = distance;
    }
  }
  if (schema.errorMessage === undefined) return best;
  return [invalid(schema, node.at, path, `${shown(node)} is not ${expected(schema)}`)];
}

/** How far a problem puts a document from an alternative: a foreign field counts most, a typo or a wrong value little. */
function weight(problem: Problem, depth: number): number {
  if (problem.path.length > depth + 1) return 1;
  if (problem.code === 'LAUNCH_UNKNOWN_FIELD') return problem.suggestion === null ? 4 : 2;
  return 3;
}

function isOfType(types: JsonSchema['type'], node: SourceNode): boolean {
  if (types === undefined) return true;
  const wanted: readonly JsonType[] = typeof types === 'string' ? [types] : types;
  const actual = jsonType(node);
  return wanted.includes(actual) || (actual === 'integer' && wanted.includes('number'));
}

function jsonType(node: SourceNode): JsonType {
  if (node.kind === 'map') return 'object';
  if (node.kind === 'list') return 'array';
  if (node.value === null) return 'null';
  if (typeof node.value === 'number') return Number.isInteger(node.value) ? 'integer' : 'number';
  return typeof node.value === 'string' ? 'string' : 'boolean';
}

const expressions = new Map<string, RegExp>();

/** Patterns are compiled once; there are about twenty, all from the schema. */
function matches(pattern: string, text: string): boolean {
  const expression = expressions.get(pattern) ?? new RegExp(pattern, 'u');
  expressions.set(pattern, expression);
  return expression.test(text);
}
