import { floatTensor, int64Tensor, modelOf, node, value, wholeBinding } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import type { OnnxNode, OnnxTensor } from '../onnx/index.ts';
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
