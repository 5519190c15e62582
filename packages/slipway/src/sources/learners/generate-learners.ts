import { exp } from '@slipway/core';
import { nearlyNormal, uniform } from '../../system/random.ts';

/** One learner of the example. Hours and score are whole tenths, so that their text is exact. */
export interface Learner {
  readonly learnerId: string;
  /** Tenths of an hour a week, 0 to 400. */
  readonly hoursTenths: number;
  /** Tenths of a point, 0 to 1000. */
  readonly quizTenths: number;
  readonly cohort: string;
  readonly mentorId: string;
  readonly neededSupport: 0 | 1;
}

/**
 * The truth behind the example: P(needed_support) = 1 / (1 + e^-eta) with
 * eta = intercept + hoursStudied * hours_studied + quizScore * quiz_score. Cohort and mentor have no part in it.
 */
export const learnerTruth = { intercept: 5.6, hoursStudied: -0.15, quizScore: -0.08 } as const;

export interface LearnerOptions {
  readonly seed: number;
  readonly count: number;
  /** Number of the first learner; a learner depends on seed and number alone. */
  readonly first?: number;
}

/**
 * Makes learners: hours around 12 a week (sd 6, 0 to 40), quiz scores around 68 (sd 14, 0 to 100) that rise by 0.9 with
 * each hour, a cohort, a mentor, and whether the learner later needed support. Only whole-number hashing, + - * / and
 * Slipway's own exp are used, so the same seed gives the same learners on every machine.
 */
export function generateLearners({ seed, count, first = 1 }: LearnerOptions): Learner[] {
  return Array.from({ length: count }, (_, index) => makeLearner(seed, first + index));
}

const cohorts = ['2025-autumn', '2026-spring', '2026-autumn'] as const;
const mentors = 60;
// Each learner draws from streams of its own number.
const streams = { hours: 0, quiz: 12, cohort: 24, mentor: 25, outcome: 26 } as const;

function makeLearner(seed: number, number: number): Learner {
  const hoursTenths = tenths(12 + 6 * nearlyNormal(seed, number, streams.hours), 40);
  const quizTenths = tenths(68 + 0.9 * (hoursTenths / 10 - 12) + 14 * nearlyNormal(seed, number, streams.quiz), 100);
  const mentor = 1 + Math.floor(mentors * uniform(seed, number, streams.mentor));
  return {
    learnerId: `L-${padded(number, 6)}`,
    hoursTenths,
    quizTenths,
    cohort: cohorts[Math.floor(cohorts.length * uniform(seed, number, streams.cohort))],
    mentorId: `M-${padded(mentor, 2)}`,
    neededSupport: uniform(seed, number, streams.outcome) < chanceOfSupport(hoursTenths / 10, quizTenths / 10) ? 1 : 0,
  };
}

/** The true probability that a learner needs support. */
export function chanceOfSupport(hoursStudied: number, quizScore: number): number {
  const { intercept, hoursStudied: perHour, quizScore: perPoint } = learnerTruth;
  return 1 / (1 + exp(-(intercept + perHour * hoursStudied + perPoint * quizScore)));
}

function tenths(value: number, maximum: number): number {
  return Math.min(maximum * 10, Math.max(0, Math.floor(value * 10 + 0.5)));
}

function padded(number: number, width: number): string {
  return String(number).padStart(width, '0');
}
