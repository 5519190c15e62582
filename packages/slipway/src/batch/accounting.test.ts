import { expect, test } from 'vitest';
import { isOverQuarantined, settle, type Tallies } from './accounting.ts';

const square: Tallies = { read: 10, reached: 8, refused: 3, written: 5, quarantined: 5, swallowed: 0, isCut: false };
const well = { path: 'in.csv', mixedLineEnd: null, strayQuote: null, strayTwice: null };

test('accounts are square when every row read is written or quarantined', () => {
  expect(settle(square, well)).toEqual({
    rows_read: 10,
    rows_scored: 5,
    rows_quarantined: 5,
    rows_written: 5,
    rows_cut: 0,
  });
  expect(settle({ ...square, written: 2, isCut: true }, well)).toMatchObject({
    rows_scored: 5,
    rows_written: 2,
    rows_cut: 3,
  });
});

test('rows that a broken record swallowed count as read and as quarantined', () => {
  expect(settle({ ...square, swallowed: 90 }, well)).toMatchObject({ rows_read: 100, rows_quarantined: 95 });
});

test.each([
  ['a row that was read is nowhere', { read: 11 }],
  ['the model was given more rows than were read', { read: 7 }],
  ['a row that was scored is not written', { written: 4 }],
  ['more was written than scored', { written: 6, isCut: true }],
  ['a row is missing from the quarantine', { quarantined: 4 }],
])('the run fails where %s', (_, change) => {
  expect(() => settle({ ...square, ...change }, well)).toThrowError(
    expect.objectContaining({ code: 'BATCH_ACCOUNTING' }),
  );
});

test('what made two readers disagree is named in place of the sums', () => {
  const fault = { ...well, strayQuote: 7 };
  expect(() => settle({ ...square, read: 11 }, fault)).toThrowError(
    expect.objectContaining({ code: 'INPUT_FORMAT', where: 'in.csv:7' }),
  );
  expect(settle(square, fault).rows_read).toBe(10);
});

test('two stray quotes in one record fail the run even where the sums fit', () => {
  expect(() => settle(square, { ...well, strayQuote: 3, strayTwice: 7 })).toThrowError(
    expect.objectContaining({ code: 'INPUT_FORMAT', where: 'in.csv:7' }),
  );
});

test('exactly the allowed part may be quarantined, and of no rows nothing is too much', () => {
  const counts = { rows_read: 200, rows_scored: 198, rows_quarantined: 2, rows_written: 198, rows_cut: 0 };
  expect(isOverQuarantined(counts, 0.01)).toBe(false);
  expect(isOverQuarantined({ ...counts, rows_quarantined: 3 }, 0.01)).toBe(true);
  expect(isOverQuarantined({ ...counts, rows_read: 0, rows_quarantined: 0 }, 0)).toBe(false);
});
