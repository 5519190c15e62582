import { floatTensor, int64Tensor, modelOf, node, value, wholeBinding } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { compileProgram } from '../compile.ts';
import { fuseCategories } from '../ir/fuse-categories.ts';
import type { OnnxNode, OnnxTensor } from '../onnx/index.ts';
import { compileTolerances } from '../proof/tolerance.ts';
import { lower } from './lower.ts';

// Small files that ask for more than any program may have: refused before the memory is taken, and without a deep stack.

/** The reason why the graph over `X` of two columns is refused; 'compiled' where it isn't. */
function reasonOf(nodes: readonly OnnxNode[], initializers: readonly OnnxTensor[] = []): string {
  const last = nodes.at(-1)?.outputs[0] ?? '';
  const model = modelOf('hostile', {
    nodes,
    inputs: [value('X', 'float32', [null, 2])],
    outputs: [value(last, 'float32', [null, 2])],
    initializers: [floatTensor('one', [1], [1]), ...initializers],
  });
  const lowering = lower(model, wholeBinding(model));
  return lowering.kind === 'refused' ? lowering.reason : 'compiled';
}

function chain(length: number, first: string, make: (from: string, to: string) => OnnxNode): OnnxNode[] {
  return Array.from({ length }, (_, at) => make(at === 0 ? first : `v${at - 1}`, `v${at}`));
}

describe('a few nodes that ask for very many values', () => {
  const billion = 1e9;
  test.each<[string, OnnxNode[], OnnxTensor[]]>([
    [
      'a value joined with itself, again and again',
      chain(40, 'X', (from, to) => node('Concat', [from, from], [to], { axis: { int: 1 } })),
      [],
    ],
    [
      'a constant joined with itself',
      chain(40, 'one', (from, to) => node('Concat', [from, from], [to], { axis: { int: 0 } })),
      [],
    ],
    ['repeats', [node('Tile', ['X', 'sizes'], ['y'])], [int64Tensor('sizes', [2], [1, billion])]],
    ['sizes to stretch to', [node('Expand', ['one', 'sizes'], ['y'])], [int64Tensor('sizes', [2], [billion, 2])]],
    ['sizes of a constant', [node('ConstantOfShape', ['sizes'], ['y'])], [int64Tensor('sizes', [1], [billion])]],
    [
      'sizes of a constant that has no values',
      [node('ConstantOfShape', ['sizes'], ['y'])],
      [int64Tensor('sizes', [2], [0, billion])],
    ],
    ['sizes below 0', [node('ConstantOfShape', ['sizes'], ['y'])], [int64Tensor('sizes', [2], [-3, -5])]],
    [
      'categories',
      [node('ArgMax', ['X'], ['place'], { axis: { int: 1 } }), node('OneHot', ['place', 'sizes', 'pair'], ['y'])],
      [int64Tensor('sizes', [], [billion]), floatTensor('pair', [2], [0, 1])],
    ],
    [
      'sizes of 1',
      [node('Unsqueeze', ['X', 'axes'], ['y'])],
      [
        int64Tensor(
          'axes',
          [5000],
          Array.from({ length: 5000 }, (_, at) => at + 2),
        ),
      ],
    ],
  ])('%s', (_, nodes, initializers) => {
    expect(reasonOf(nodes, initializers)).toMatch(/a value has -?\d+ elements a row in \d+ sizes/);
  });
});

describe('very many nodes', () => {
  test('that each rename many values', () => {
    const wide = int64Tensor('times', [2], [1, 10_000]);
    const nodes = [
      node('Tile', ['X', 'times'], ['wide']),
      ...chain(200, 'wide', (from, to) => node('Identity', [from], [to])),
    ];
    expect(reasonOf(nodes, [wide])).toBe('its values are too many to be compiled');
  });

  test('that choose between texts', () => {
    const nodes = [
      node('Less', ['X', 'one'], ['low']),
      node('Cast', ['low'], ['text'], { to: { int: 8 } }),
      ...chain(4000, 'text', (from, to) => node('Where', ['low', from, 'text'], [to])),
      ...Array.from({ length: 2500 }, (_, at) => node('Where', ['low', `c${at - 1}`, `t${at}`], [`c${at}`])),
    ];
    const texts = Array.from(
      { length: 2500 },
      (_, at): OnnxTensor => ({ name: `t${at}`, type: 'string', dims: [1], data: [`text ${at}`] }),
    );
    expect(reasonOf(nodes, [...texts, { name: 'c-1', type: 'string', dims: [1], data: ['first'] }])).toBe(
      'its values are too many to be compiled',
    );
  });

  test('that compute constants', () => {
    const nodes = chain(4200, 'one', (from, to) => node('Add', [from, 'one'], [to]));
    expect(reasonOf(nodes)).toBe('it computes more than 4096 constants');
  });

  test('in a chain, behind which the size of a number is asked for', () => {
    const nodes = [
      ...chain(12_000, 'X', (from, to) => node('Add', [from, 'one'], [to])),
      node('Cast', ['v11999'], ['whole'], { to: { int: 7 } }),
      node('Add', ['whole', 'whole'], ['y']),
    ];
    expect(reasonOf(nodes)).toBe('its integers could pass 2^53');
  });
});

describe('very many keys', () => {
  const texts = (count: number, prefix: string) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);
  const counting = (count: number) => Array.from({ length: count }, (_, at) => at);

  test('of very many encoders of one text', () => {
    const encoders = Array.from({ length: 1000 }, (_, at) =>
      node('ml:LabelEncoder', ['city'], [`y${at}`], {
        keys_strings: { strings: texts(400, `${at} `) },
        values_int64s: { ints: counting(400) },
      }),
    );
    const model = modelOf('encoders', {
      nodes: encoders,
      inputs: [value('city', 'string', [null, 1])],
      outputs: encoders.map((_, at) => value(`y${at}`, 'int64', [null, 1])),
    });
    const lowering = lower(model, wholeBinding(model));
    if (lowering.kind === 'refused') throw new Error(lowering.reason);
    expect(fuseCategories(lowering.program)).toBe(lowering.program);
  });

  test('of which each would be a value', () => {
    const categories = { cats_int64s: { ints: counting(1_000_000) } };
    expect(reasonOf([node('ml:OneHotEncoder', ['X'], ['y'], categories)])).toBe('it makes 2000000 values a row');
  });

  test('that are looked up among as many others', () => {
    const count = 150_000;
    const model = modelOf('renamed twice', {
      nodes: [
        node('ml:LabelEncoder', ['city'], ['other'], {
          keys_strings: { strings: texts(count, 'a') },
          values_strings: { strings: texts(count, 'b') },
        }),
        node('ml:LabelEncoder', ['other'], ['y'], {
          keys_strings: { strings: texts(count, 'b') },
          values_int64s: { ints: counting(count) },
        }),
      ],
      inputs: [value('city', 'string', [null, 1])],
      outputs: [value('y', 'int64', [null, 1])],
    });
    expect(lower(model, wholeBinding(model)).kind).toBe('program');
  });

  test('are more than a call has arguments', () => {
    const count = 200_000;
    const places = counting(count);
    const encoder = { keys_int64s: { ints: places.map((at) => 3 * at) }, values_int64s: { ints: places } };
    const model = modelOf('identifiers', {
      nodes: [
        node('MatMul', ['X', 'sum'], ['added']),
        node('Cast', ['added'], ['whole'], { to: { int: 7 } }),
        node('ml:LabelEncoder', ['whole'], ['place'], encoder),
        node('ml:LabelEncoder', ['place'], ['y'], encoder),
      ],
      inputs: [value('X', 'float32', [null, 2])],
      outputs: [value('y', 'int64', [null, 1])],
      initializers: [floatTensor('sum', [2, 1], [1, 1])],
    });
    const lowering = lower(model, wholeBinding(model));
    if (lowering.kind === 'refused') throw new Error(lowering.reason);
    const batch = { rows: 2, columns: [Float64Array.of(9, 2700), Float64Array.of(18, 0)] };
    expect(compileProgram(lowering.program).columns(batch)).toEqual([Float64Array.of(3, 300)]);
    expect(compileTolerances(lowering.program).measure(batch)).toHaveLength(1);
  });
});
