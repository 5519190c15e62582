import { assert } from '../errors/index.ts';
import type { Problem } from './problems.ts';
import { expectation, type JsonSchema, type JsonType } from './schema/json-schema.ts';
import { type Path, type Place, pathText, type SourceNode } from './source/source-node.ts';

/** A value that a rule of the schema refuses. `broken` says value and rule, as a sentence without its full stop. */
export function invalid(schema: JsonSchema, at: Place, path: Path, broken: string, hint?: string): Problem {
  return { code: 'LAUNCH_INVALID', path, at, message: `${broken}.`, hint: hint ?? advice(schema), suggestion: null };
}

/** A value that is none of a closed set of words. */
export function noneOf(schema: JsonSchema, node: SourceNode, path: Path, words: readonly unknown[]): Problem {
  const list = words.map(String).join(', ');
  return invalid(schema, node.at, path, `${shown(node)} is ${words.length === 1 ? 'not' : 'none of'} ${list}`);
}

export function unknownField(schema: JsonSchema, path: Path, at: Place, near: string | null): Problem {
  return {
    code: 'LAUNCH_UNKNOWN_FIELD',
    path,
    at,
    message: `${ownerOf(schema, path.slice(0, -1))} has no field ${JSON.stringify(path.at(-1))}.`,
    hint: near === null ? `Its fields are ${Object.keys(schema.properties ?? {}).join(', ')}.` : didYouMean(near),
    suggestion: near,
  };
}

/** Alternatives have a name of their own (`a number feature`); other maps go by their place in the file. */
function ownerOf(schema: JsonSchema, path: Path): string {
  const { title = '' } = schema;
  if (!/^[a-z]/.test(title)) return path.length === 0 ? 'a launch file' : pathText(path);
  return `${/^[aeio]/.test(title) ? 'an' : 'a'} ${title}`;
}

export function missingField(field: JsonSchema, path: Path, at: Place): Problem {
  return invalid(field, at, path, 'this field is missing');
}

export function didYouMean(near: string): string {
  return `Did you mean ${near}?`;
}

/** What a schema asks for, as the end of "… is not". */
export function expected(schema: JsonSchema): string {
  const words = expectation(schema);
  if (words !== null) return words;
  const types: readonly JsonType[] = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  assert(types.length > 0, 'a schema that refuses a value says what it wants');
  return types.map((type) => typeWords[type]).join(' or ');
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

/** A value as a message shows it: text in quotes and cut to a printable length, numbers as they are written. */
export function shown(node: SourceNode): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'a map of fields' : 'a list';
  if (node.value === null) return node.text === '' ? 'an empty value' : 'null';
  if (typeof node.value !== 'string') return node.text;
  return JSON.stringify(node.value.length > 60 ? `${node.value.slice(0, 59)}…` : node.value);
}

/** What belongs here: an example, and the meaning of the field where the message does not tell it. */
function advice(schema: JsonSchema): string {
  const example = schema.examples?.[0] ?? schema.const ?? schema.enum?.[0];
  const meaning = schema.errorMessage === undefined ? firstSentence(schema.description ?? schema.title) : '';
  const sample = example === undefined ? '' : `For example: ${JSON.stringify(example)}`;
  return [meaning, sample].filter((text) => text !== '').join(' ') || 'Write what belongs here.';
}

function firstSentence(text = ''): string {
  const end = text.search(/[.:] [A-Z`]|\.$/);
  return end < 0 ? `${text}.` : `${text.slice(0, end)}.`;
}
