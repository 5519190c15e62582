import type { DriftVerdict } from '@slipway/core';
import { expect, test } from 'vitest';
import { answerQuestions, type QuestionFacts } from './questions.ts';

const facts: QuestionFacts = {
  counts: { rows_read: 10, rows_scored: 10, rows_quarantined: 0, rows_written: 10, rows_cut: 0 },
  maxQuarantine: 0.01,
  isOver: false,
  extraColumns: [],
  schema: 'columns',
  drift: null,
  noDrift: 'Nothing to compare with.',
};

/** Answer and verdict on it, question by question. */
function answers(change: Partial<QuestionFacts>) {
  return answerQuestions({ ...facts, ...change }).map(({ answer, good }) => [answer, good]);
}

test('of a clean run every answer is good, and what cannot be told is neither', () => {
  expect(answers({})).toEqual([
    ['yes', true],
    ['yes', true],
    ['yes', true],
    ['inconclusive', null],
  ]);
});

test('no shift is the good answer, and a shift the bad one', () => {
  const rule = { psiMaterial: 0.1, alpha: 0.01, rowsMin: 500 };
  const drift = (verdict: DriftVerdict['verdict']): DriftVerdict => ({ verdict, rule, scores: [] });
  expect(answers({ drift: drift('pass') }).at(-1)).toEqual(['no', true]);
  expect(answers({ drift: drift('fail') }).at(-1)).toEqual(['yes', false]);
  expect(answers({ drift: drift('inconclusive') }).at(-1)).toEqual(['inconclusive', null]);
});

test('rows in quarantine are no good answer, and over the limit the run itself is not', () => {
  const counts = { rows_read: 10, rows_scored: 8, rows_quarantined: 2, rows_written: 0, rows_cut: 0 };
  expect(answers({ counts, isOver: true }).slice(0, 2)).toEqual([
    ['no', false],
    ['no', false],
  ]);
});
