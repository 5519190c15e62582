import { describe, expect, test } from 'vitest';
import { isSlipwayError } from '../../errors/index.ts';
import { launchCharactersMax, readYaml } from './read-yaml.ts';
import { placeOf, plainValue } from './source-node.ts';

function read(text: string): unknown {
  return plainValue(readYaml(text, 'a.yaml'));
}

/** Place and message of what is refused. */
function refusal(text: string): string {
  try {
    readYaml(text, 'a.yaml');
  } catch (error) {
    if (isSlipwayError(error) && error.code === 'LAUNCH_SYNTAX') return `${error.where} ${error.message}`;
    throw error;
  }
  throw new Error('The text was accepted.');
}

describe('YAML is read by the core schema of version 1.2', () => {
  test.each([
    ['a: yes', { a: 'yes' }],
    ['a: 1%', { a: '1%' }],
    ['a: 0x1F', { a: 31 }],
    ['a: ~', { a: null }],
    ['a:', { a: null }],
    ['a: 2026-11-24', { a: '2026-11-24' }],
    ['1: a\ntrue: b', { '1': 'a', true: 'b' }],
    ['1.0: a', { '1.0': 'a' }],
    ['a: &x [1, 2]\nb: *x', { a: [1, 2], b: [1, 2] }],
    ['a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
    ['<<: { a: 1 }', { '<<': { a: 1 } }],
  ])('%j', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  test('a field called __proto__ is a field like any other', () => {
    const value = read('__proto__: { polluted: true }') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(value.polluted).toBeUndefined();
  });
});

describe('trouble has a place and a sentence', () => {
  test.each([
    ['', 'a.yaml:1:1 The file is empty.'],
    ['# only a comment\n', 'a.yaml:1:1 The file is empty.'],
    ['a: 1\n\tb: 2\n', 'a.yaml:2:1 A tab stands where the line is indented.'],
    ['a:\n  b: 1\n  b: 2\n', 'a.yaml:3:3 The field "b" stands twice; it is first on line 2.'],
    ['a: 1\n"a": 2\n', 'a.yaml:2:1 The field "a" stands twice; it is first on line 1.'],
    ['a: b: c\n', 'a.yaml:1:4 A second "name: value" stands where a value belongs.'],
    ['a: @b\n', 'a.yaml:1:4 A text starts with a character that YAML keeps for itself.'],
    ['a: 1\n---\nb: 2\n', 'a.yaml:2:1 The file holds more than one YAML document.'],
    ['a: !secret b\n', 'a.yaml:1:4 The file uses a YAML tag; launch files have none.'],
    ['a: !!set { b }\n', 'a.yaml:1:4 The file uses a YAML tag; launch files have none.'],
    ['%YAML 1.1\n---\na: yes\n', 'a.yaml:1:1 Launch files are YAML 1.2.'],
    ['a: *nowhere\n', 'a.yaml:1:4 The alias *nowhere has no anchor &nowhere before it.'],
    ['? [a]\n: 1\n', 'a.yaml:1:3 The name of a field must be a word or a text.'],
    ['a: .nan\n', 'a.yaml:1:4 .nan is not a finite number.'],
    ['a: 9007199254740993\n', 'a.yaml:1:4 9007199254740993 has more digits than a number can hold.'],
    ['a: [1, 2\nb: 3\n', expect.stringMatching(/^a\.yaml:2:1 This is not valid YAML: .*\]\.$/)],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toEqual(expected);
  });
});

describe('hostile files end soon', () => {
  test('aliases that double nine times over are refused, not unfolded', () => {
    const bomb = Array.from({ length: 9 }, (_, level) => {
      const item = level === 0 ? 'x' : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array(9).fill(item).join(', ')}]`;
    });
    expect(refusal(bomb.join('\n'))).toContain('aliases of the file make it grow too large');
  });

  test('an alias inside its own anchor is refused', () => {
    expect(refusal('a: &a [*a]')).toContain('nested more than 32 levels deep');
  });

  test.each(['['.repeat(20_000), '- '.repeat(20_000), '{a: '.repeat(20_000)])(
    'nesting without end is refused',
    (text) => {
      expect(refusal(text)).toContain('nested too deeply');
    },
  );

  test('a file beyond the limit is refused unread', () => {
    expect(refusal(' '.repeat(launchCharactersMax + 1))).toContain('at most 1000000 are read');
  });
});

test('places are found by path, down to the last part that the file has', () => {
  const root = readYaml('a:\n  - b: 1\n  - c: { d: 2 }\n', 'a.yaml');
  expect(placeOf(root, ['a', 1, 'c', 'd'])).toEqual({ line: 3, column: 13 });
  expect(placeOf(root, ['a', 1, 'c', 'd'], 'name')).toEqual({ line: 3, column: 10 });
  expect(placeOf(root, ['a', 1, 'c', 'e'])).toEqual({ line: 3, column: 5 });
  expect(placeOf(root, ['a', 7])).toEqual({ line: 1, column: 1 });
});
