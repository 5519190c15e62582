import { expect, test } from 'vitest';
import { legalNames } from './feature-names.ts';

test.each([
  [
    'names that a launch file holds stay as they are',
    ['age', 'größe', 'a b', 'x"y', '$1'],
    ['age', 'größe', 'a b', 'x"y', '$1'],
  ],
  ['none stands twice, nor in other case', ['a', 'A', 'a'], ['a', 'A_2', 'a_3']],
  ['control characters and blanks at the ends go', [' a\n', 'b\u0000c', '\t'], ['a', 'b c', 'feature_3']],
  ['words that mean something else are avoided', ['records', '__proto__', ''], ['records_2', 'feature_2', 'feature_3']],
  ['inner values of a graph keep their names', ['/sums', '//'], ['sums', 'feature_2']],
  ['a name is not longer than a contract allows', ['n'.repeat(500)], ['n'.repeat(120)]],
])('%s', (_, names, legal) => {
  expect(legalNames(names)).toEqual(legal);
});
