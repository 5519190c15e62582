import { assert } from '../errors/index.ts';
import type { Problem } from './problems.ts';
import type { JsonSchema, JsonType } from './schema/json-schema.ts';
import type { Path, Place, SourceList, SourceMap, SourceNode, SourceScalar } from './source/source-node.ts';
import { plainValue } from './source/source-node.ts';
import { suggest } from './suggest.ts';

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
  if (schema.const !== undefined || schema.enum !== undefined || !isOfType(schema.type, node)) {
    const problem = wrongKind(schema, node, path);
    if (problem !== null) return [problem];
  }
  if (node.kind === 'map') return checkMap(schema, node, path, from);
  if (node.kind === 'list') return checkList(schema, node, path);
  const broken = brokenScalarRule(schema, node);
  return broken === null ? [] : [invalid(schema, node, path, broken)];
}

function wrongKind(schema: JsonSchema, node: SourceNode, path: Path): Problem | null {
  const words = schema.const !== undefined ? [schema.const] : schema.enum;
  if (words === undefined) return invalid(schema, node, path, `${shown(node)} is not ${expected(schema)}`);
  if (node.kind === 'scalar' && words.includes(node.value)) return null;
  const near = node.kind === 'scalar' ? suggest(node.text, words.map(String)) : null;
  const list = words.map((word) => String(word)).join(', ');
  const rule = words.length === 1 ? `${shown(node)} is not ${list}` : `${shown(node)} is none of ${list}`;
  return invalid(schema, node, path, rule, near === null ? undefined : `Did you mean ${near}?`);
}

function checkMap(schema: JsonSchema, map: SourceMap, path: Path, from: Place): Problem[] {
  const problems: Problem[] = [];
  const fields = schema.properties ?? {};
  const known = Object.keys(fields);
  const present = new Set(map.entries.map((entry) => entry.key));
  // A misspelt field also leaves the right one missing; one message for both is enough.
  const meant = new Set<string>();
  for (const { key, at, value } of map.entries) {
    const inside = [...path, key];
    if (schema.propertyNames !== undefined) problems.push(...checkName(schema.propertyNames, key, at, inside));
    const field = Object.hasOwn(fields, key) ? fields[key] : schema.additionalProperties;
    if (field === undefined) continue;
    if (field !== false) problems.push(...check(field, value, inside, at));
    else {
      const near = suggest(
        key,
        known.filter((name) => !present.has(name)),
      );
      if (near !== null) meant.add(near);
      problems.push(unknownField(schema, inside, at, near, known));
    }
  }
  for (const name of schema.required ?? []) {
    if (!present.has(name) && !meant.has(name)) problems.push(missingField(fields[name], [...path, name], from));
  }
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
  if (map.entries.length < minProperties) problems.push(invalid(schema, map, path, 'nothing stands here'));
  if (map.entries.length > maxProperties) {
    problems.push(invalid(schema, map, path, `${map.entries.length} fields are more than ${maxProperties}`));
  }
  return problems;
}

function checkName(schema: JsonSchema, name: string, at: Place, path: Path): Problem[] {
  const broken = brokenScalarRule(schema, { kind: 'scalar', at, value: name, text: name });
  if (broken === null) return [];
  return [{ code: 'LAUNCH_INVALID', path, at, message: `${broken}.`, hint: 'Choose another name.' }];
}

function checkList(schema: JsonSchema, list: SourceList, path: Path): Problem[] {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (list.items.length < minItems) return [invalid(schema, list, path, 'the list is empty')];
  if (list.items.length > maxItems)
    return [invalid(schema, list, path, `${list.items.length} items are more than ${maxItems}`)];
  const problems =
    items === undefined ? [] : list.items.flatMap((item, index) => check(items, item, [...path, index], item.at));
  if (schema.uniqueItems === true && problems.length === 0) problems.push(...repeatedItems(schema, list, path));
  return problems;
}

function repeatedItems(schema: JsonSchema, list: SourceList, path: Path): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const [index, item] of list.items.entries()) {
    const identity = JSON.stringify(plainValue(item));
    if (seen.has(identity))
      problems.push(invalid(schema, item, [...path, index], `${shown(item)} stands twice`, 'Remove one of the two.'));
    seen.add(identity);
  }
  return problems;
}

/** The first rule of text or number that a value breaks, as the start of a sentence. */
function brokenScalarRule(schema: JsonSchema, node: SourceScalar): string | null {
  const { value } = node;
  if (typeof value === 'string') {
    if (value.length < (schema.minLength ?? 0)) return 'the text is empty';
    if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) {
      return `the text has ${value.length} characters, more than ${schema.maxLength}`;
    }
    if (schema.pattern !== undefined && !matches(schema.pattern, value))
      return `${shown(node)} is not ${expected(schema)}`;
  }
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) return `${node.text} is below ${schema.minimum}`;
    if (schema.maximum !== undefined && value > schema.maximum) return `${node.text} is above ${schema.maximum}`;
    if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum)
      return `${node.text} is not above ${schema.exclusiveMinimum}`;
    if (schema.exclusiveMaximum !== undefined && value >= schema.exclusiveMaximum)
      return `${node.text} is not below ${schema.exclusiveMaximum}`;
  }
  return null;
}

/**
 * Among alternatives of which none fits, people mean the one that comes nearest: its problems are reported. Scalars
 * say what all alternatives expect together.
 */
function checkAlternatives(
  schema: JsonSchema,
  branches: readonly JsonSchema[],
  node: SourceNode,
  path: Path,
  from: Place,
): Problem[] {
  let nearest: Problem[] = [];
  let nearestDistance = Number.POSITIVE_INFINITY;
  for (const branch of branches) {
    const problems = check(branch, node, path, from);
    if (problems.length === 0) return [];
    const distance = problems.reduce((sum, problem) => sum + severity(branch, problem, path), 0);
    if (distance < nearestDistance) {
      nearest = problems;
      nearestDistance = distance;
    }
  }
  if (schema.errorMessage !== undefined)
    return [invalid(schema, node, path, `${shown(node)} is not ${schema.errorMessage}`)];
  return nearest;
}

/** How far a problem puts a document from an alternative: a wrong tag (`type`, `kind`) counts most, a typo least. */
function severity(branch: JsonSchema, problem: Problem, path: Path): number {
  const field = problem.path[path.length];
  if (field === undefined) return 100;
  if (problem.path.length > path.length + 1) return 1;
  const rule = branch.properties?.[field];
  if (rule?.const !== undefined || rule?.enum !== undefined) return 20;
  if (problem.code === 'LAUNCH_UNKNOWN_FIELD') return problem.hint.startsWith('Did you mean') ? 2 : 4;
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

const typeWords: Readonly<Record<JsonType, string>> = {
  object: 'a map of fields',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  null: 'null',
};

function expected(schema: JsonSchema): string {
  if (schema.errorMessage !== undefined) return schema.errorMessage;
  const types = schema.type ?? [];
  const words = (typeof types === 'string' ? [types] : types).map((type) => typeWords[type as JsonType]);
  assert(words.length > 0, 'a schema that refuses a value says what it wants');
  return words.join(' or ');
}

/** The value as a message shows it: cut to a printable length. */
function shown(node: SourceNode): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'a map of fields' : 'a list';
  if (typeof node.value !== 'string') return node.value === null ? 'null' : node.text;
  return JSON.stringify(node.value.length > 60 ? `${node.value.slice(0, 57)}...` : node.value);
}

function invalid(schema: JsonSchema, node: SourceNode, path: Path, broken: string, hint?: string): Problem {
  return { code: 'LAUNCH_INVALID', path, at: node.at, message: `${broken}.`, hint: hint ?? advice(schema) };
}

function unknownField(
  schema: JsonSchema,
  path: Path,
  at: Place,
  near: string | null,
  known: readonly string[],
): Problem {
  const place = path.length === 1 ? 'a launch file' : (schema.title ?? 'this block');
  return {
    code: 'LAUNCH_UNKNOWN_FIELD',
    path,
    at,
    message: `${place} has no field ${JSON.stringify(path[path.length - 1])}.`,
    hint: near === null ? `It has ${known.join(', ')}.` : `Did you mean ${near}?`,
  };
}

function missingField(field: JsonSchema | undefined, path: Path, at: Place): Problem {
  return {
    code: 'LAUNCH_INVALID',
    path,
    at,
    message: 'this field is missing.',
    hint: field === undefined ? 'Add it.' : advice(field),
  };
}

function advice(schema: JsonSchema): string {
  const example = schema.examples?.[0] ?? schema.const ?? schema.enum?.[0];
  const meaning = schema.description ?? schema.title;
  const start = meaning === undefined ? '' : `${meaning.replace(/[.]?$/, '.')} `;
  return example === undefined ? `${start}Write what belongs here.` : `${start}For example: ${JSON.stringify(example)}`;
}

const compiled = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  const known = compiled.get(pattern) ?? new RegExp(pattern, 'u');
  compiled.set(pattern, known);
  return known.test(text);
}
