import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from './schema/json-schema.ts';
import { launchSchema } from './schema/launch-schema.ts';
import { readYaml } from './source/read-yaml.ts';
import { plainValue, type SourceNode } from './source/source-node.ts';
import { validate } from './validate.ts';

const example = readFileSync(new URL('./fixtures/design-example.yaml', import.meta.url), 'utf8');
const reference = new Ajv({ strict: true, strictTypes: false, keywords: ['errorMessage'] });

/** Every schema inside the schema, with the path to it. */
function parts(schema: JsonSchema, path: string): readonly { readonly path: string; readonly schema: JsonSchema }[] {
  const inside: readonly (readonly [string, JsonSchema])[] = [
    ...Object.entries(schema.properties ?? {}),
    ...(schema.oneOf ?? []).map((branch, index) => [`oneOf${index}`, branch] as const),
    ...(schema.items === undefined ? [] : [['[]', schema.items] as const]),
    ...(typeof schema.additionalProperties === 'object' ? [['*', schema.additionalProperties] as const] : []),
  ];
  return [{ path, schema }, ...inside.flatMap(([name, part]) => parts(part, `${path}.${name}`))];
}

const all = parts(launchSchema, 'launch');

function accepts(schema: JsonSchema, value: unknown): boolean {
  return validate(schema, nodeOf(value)).length === 0;
}

/** The document that a YAML text of this value would give. */
function nodeOf(value: unknown): SourceNode {
  const at = { line: 1, column: 1 };
  if (Array.isArray(value)) return { kind: 'list', at, items: value.map(nodeOf) };
  if (typeof value === 'object' && value !== null) {
    return { kind: 'map', at, entries: Object.entries(value).map(([key, part]) => ({ key, at, value: nodeOf(part) })) };
  }
  return { kind: 'scalar', at, value: value as string | number | boolean | null, text: String(value) };
}

describe('the schema', () => {
  test('is a JSON Schema that a full validator takes', () => {
    expect(reference.validateSchema(launchSchema)).toBe(true);
  });

  test('closes every map', () => {
    const open = all.filter(({ schema }) => schema.properties !== undefined && schema.additionalProperties !== false);
    expect(open.map(({ path }) => path)).toEqual([]);
  });

  test('gives every field a title, a description and an example for editors to show', () => {
    const fields = all.flatMap(({ path, schema }) =>
      Object.entries(schema.properties ?? {}).map(([name, field]) => ({ path: `${path}.${name}`, field })),
    );
    const silent = fields.filter(
      ({ field }) => !field.title || !field.description || (field.examples ?? []).length === 0,
    );
    expect(fields.length).toBeGreaterThan(80);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test('has examples and defaults that it accepts itself', () => {
    for (const { path, schema } of all) {
      const values = [...(schema.examples ?? []), ...(schema.default === undefined ? [] : [schema.default])];
      expect(
        values.filter((value) => !accepts(schema, value)),
        path,
      ).toEqual([]);
    }
  });

  test('begins what it says to editors with the word that our own messages leave out', () => {
    const said = all.flatMap(({ schema }) => schema.errorMessage ?? []);
    expect(said.length).toBeGreaterThan(50);
    expect(said.filter((message) => !message.startsWith('Expected '))).toEqual([]);
  });

  test('can say what it wants wherever it may refuse a value', () => {
    const values = [null, true, 0, -1, 1e300, '', 'x'.repeat(5000), [], [{}], {}, { x: 1 }];
    for (const { schema } of all) for (const value of values) accepts(schema, value);
  });
});

describe('our verdict is that of a full JSON Schema validator', () => {
  const judge = reference.compile(launchSchema);
  const base = plainValue(readYaml(example, 'launch.yaml'));

  test('on the example', () => {
    expect(judge(base)).toBe(true);
    expect(accepts(launchSchema, base)).toBe(true);
  });

  test('on every document that one change makes of it', () => {
    let refused = 0;
    let accepted = 0;
    for (const changed of variants(base)) {
      const verdict = judge(changed);
      expect(accepts(launchSchema, changed), JSON.stringify(changed)).toBe(verdict);
      if (verdict) accepted += 1;
      else refused += 1;
    }
    expect(refused).toBeGreaterThan(1000);
    expect(accepted).toBeGreaterThan(100);
  });

  test('on every part of the schema alone', () => {
    for (const { path, schema } of all) {
      const compiled = reference.compile(
        schema.type === undefined && schema.oneOf === undefined ? { ...schema } : schema,
      );
      for (const value of odd) expect(accepts(schema, value), `${path} ${JSON.stringify(value)}`).toBe(compiled(value));
    }
  });
});

/** Values that sit on the edges of types, patterns and bounds. */
const odd: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  0.5,
  2,
  1e15,
  '',
  ' ',
  'x',
  '1%',
  '0%',
  '100%',
  '100.0%',
  '101%',
  '0.5%',
  '.5%',
  '1s',
  '0s',
  '1.5h',
  '1.0005s',
  '1d ',
  '5 m',
  '1kB',
  '0B',
  '1.5B',
  '2MiB',
  '1mb',
  '100/s',
  '0/s',
  '1/ms',
  '1.0.0',
  '01.0.0',
  '1.0.0-rc.1+b.2',
  '1.0',
  'previous',
  'a/b.onnx',
  '/a',
  'C:\\a',
  'c:/a',
  's3://b/k',
  'https://x',
  'kafka://t',
  'nats://a.b.>',
  'kafka://h:1/t',
  '0 2 * * *',
  '* * * *',
  'reject',
  '__proto__',
  'records',
  'version',
  'a\nb',
  'é',
  '𝒳'.repeat(128),
  '𝒳'.repeat(129),
  [],
  [1],
  ['a'],
  ['a', 'a'],
  [[1]],
  {},
  { type: 'number' },
  { version: 1 },
  { type: 'boolean', from: 'x' },
  { target: 0.5 },
  { __proto_: 1 },
];

/** Each value of a document replaced by odd ones, removed, or given an unknown neighbour. */
function* variants(value: unknown): Generator<unknown> {
  yield* odd.slice(0, 30);
  if (Array.isArray(value)) {
    yield [...value, ...value];
    yield value.slice(1);
    for (const [index, item] of value.entries()) {
      for (const other of variants(item)) yield value.with(index, other);
    }
  } else if (typeof value === 'object' && value !== null) {
    yield { ...value, unheard_of: 1 };
    for (const [key, part] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
      yield { ...value, [`${key}x`]: part };
      for (const other of variants(part)) yield { ...value, [key]: other };
    }
  }
}
