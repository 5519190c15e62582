import { expect, test } from 'vitest';
import { rowForm } from './row-form.ts';

test.each([
  ['one value a row', [], ['N'], { shape: [], oneRow: false }],
  ['one value a row of a column', [], ['N', 1], { shape: [1], oneRow: false }],
  ['one value in open sizes', [], ['N', null, null], { shape: [1, 1], oneRow: false }],
  ['a scalar', [], [], { shape: [], oneRow: true }],
  ['a picture of its own size', [3, 8, 6], ['N', 3, 'h', 'w'], { shape: [3, 8, 6], oneRow: false }],
  ['a picture given flat', [48], ['N', 3, 4, 4], { shape: [3, 4, 4], oneRow: false }],
  ['a picture given flat, one size open', [48], [null, 3, 4, null], { shape: [3, 4, 4], oneRow: false }],
  ['token ids', [16], ['N', 'sequence'], { shape: [16], oneRow: false }],
  ['token ids of a batch of one', [16], [1, 'sequence'], { shape: [16], oneRow: false }],
  ['a picture without rows', [3, 4, 4], [3, 4, 4], { shape: [3, 4, 4], oneRow: true }],
  ['a sequence without rows', [5, 8], ['sequence', 8], { shape: [5, 8], oneRow: true }],
  ['a list without rows', [4], [4], { shape: [4], oneRow: true }],
])('%s', (_, feature, input, form) => {
  expect(rowForm(feature, input)).toEqual(form);
});

test.each([
  ['another size', [3, 8, 6], ['N', 3, 8, 8]],
  ['other values flat', [47], ['N', 3, 4, 4]],
  ['two sizes open to flat values', [48], ['N', 3, null, null]],
  ['one value for many', [], ['N', 4]],
  ['many values for a scalar', [4], []],
])('%s does not fit', (_, feature, input) => {
  expect(rowForm(feature, input)).toBeNull();
});
