import { expect, test } from 'vitest';
import { csvFields } from './csv-record.ts';

test('fields are split at commas outside of quotes, and two quotes inside are one', () => {
  expect(csvFields('a,"b,c","d ""e""",f')).toEqual(['a', 'b,c', 'd "e"', 'f']);
});

test('an empty field is null, a quoted empty field is the empty text', () => {
  expect(csvFields(',"",')).toEqual([null, '', null]);
});

test('spaces belong to a field, but one before an opening quote and any behind a closing one do not', () => {
  expect(csvFields(' a , "b" ,  "c"')).toEqual([' a ', 'b', '  "c"']);
});

test('a quoted field may hold line breaks', () => {
  expect(csvFields('"a\r\nb",1')).toEqual(['a\r\nb', '1']);
});
