import { expect, test } from 'vitest';
import { compiledOperators } from './lower.ts';
import { operatorNotes } from './operator-notes.ts';

test('every operator that compiles has its note, and no other has one', () => {
  expect(Object.keys(operatorNotes).toSorted()).toEqual(compiledOperators().toSorted());
});
