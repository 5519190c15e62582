import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { fitLogistic } from '../logistic/fit-logistic.ts';
import { chanceOfSupport, generateLearners, learnerTruth } from './generate-learners.ts';
import { learnerFiles } from './learner-files.ts';

const files = learnerFiles();

test('the example has the same bytes on every machine', () => {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(digest(files.learners)).toBe('a604dcb3076fe57ac2560d301a7a3446d31c6bafa590349e0debb2f776e4ea73');
  expect(digest(files.toScore)).toBe('22c741f142e71917fdd90e4e6a0c037a2d50d455654c6799c7a6e6b18dcc7a80');
});

test('the first file has the learners with their outcome, the second other learners without', () => {
  const lines = files.learners.trimEnd().split('\n');
  expect(lines).toHaveLength(20_001);
  expect(lines[0]).toBe('learner_id,hours_studied,quiz_score,cohort,mentor_id,needed_support');
  expect(lines[20_000]).toMatch(/^L-020000,\d+\.\d,\d+\.\d,20\d\d-(autumn|spring),M-\d\d,[01]$/);
  expect(files.toScore).toMatch(/^learner_id,hours_studied,quiz_score,cohort,mentor_id\nL-020001,/);
  expect(files.toScore).toContain('\nL-025000,');
});

test('another seed gives other learners, and a learner does not depend on how many there are', () => {
  expect(learnerFiles({ seed: 2, learners: 5, toScore: 5 }).learners).not.toBe(
    learnerFiles({ seed: 1, learners: 5, toScore: 5 }).learners,
  );
  expect(generateLearners({ seed: 1, count: 1, first: 3 })[0]).toEqual(generateLearners({ seed: 1, count: 5 })[2]);
});

test('the chance of support follows the documented coefficients', () => {
  // eta = 5.6 - 0.15 * 4 - 0.08 * 55 = 0.6
  expect(chanceOfSupport(4, 55)).toBeCloseTo(1 / (1 + Math.exp(-0.6)), 14);
  expect(chanceOfSupport(40, 100)).toBeCloseTo(1 / (1 + Math.exp(8.4)), 14);
});

test('a regression on the learners finds the true coefficients again, within their sampling error', () => {
  const learners = generateLearners({ seed: 20261124, count: 20_000 });
  const hours = Float64Array.from(learners, (learner) => learner.hoursTenths / 10);
  const quiz = Float64Array.from(learners, (learner) => learner.quizTenths / 10);
  const fit = fitLogistic({
    columns: [hours, quiz],
    labels: Uint8Array.from(learners, (learner) => learner.neededSupport),
    rows: Uint32Array.from(learners.keys()),
    l2: 1e-9,
  });
  const [perHour, perPoint] = fit.standards.map(({ scale }, index) => fit.weights[index] * scale);
  // The standard errors of the maximum likelihood fit to these 20,000 rows are 0.0033 and 0.0015.
  expect(Math.abs(perHour - learnerTruth.hoursStudied)).toBeLessThan(3 * 0.0033);
  expect(Math.abs(perPoint - learnerTruth.quizScore)).toBeLessThan(3 * 0.0015);
});

test('some values to score are awkward, and every number is within its range', () => {
  const rows = [...files.toScore.matchAll(/^L-\d+,([^,]+),([^,]+),/gm)].map(([, hours, quiz]) => [hours, quiz]);
  expect(rows.length).toBeGreaterThan(4990);
  for (const [hours, quiz] of rows) {
    expect(Number(hours) >= 0 && Number(hours) <= 40, hours).toBe(true);
    expect(Number(quiz) >= 0 && Number(quiz) <= 100, quiz).toBe(true);
  }
  for (const text of ['5e-324', '0.30000000000000004', '"two\nlines"', '"the ""late"" cohort"', ',007\n']) {
    expect(files.toScore).toContain(text);
  }
});
