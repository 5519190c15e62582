import { generateLearners, type Learner } from './generate-learners.ts';

/** The texts of the example's two files. */
export interface LearnerFiles {
  /** Learners with what became of them: `learners.csv`. */
  readonly learners: string;
  /** Other learners, without: `learners_to_score.csv`. */
  readonly toScore: string;
}

export interface LearnerFileOptions {
  readonly seed?: number;
  readonly learners?: number;
  readonly toScore?: number;
}

/** The example's files, the same bytes for a seed on every machine. */
export function learnerFiles({
  seed = 20261124,
  learners = 20_000,
  toScore = 5000,
}: LearnerFileOptions = {}): LearnerFiles {
  const known = generateLearners({ seed, count: learners });
  const others = generateLearners({ seed, count: toScore, first: learners + 1 });
  return {
    learners: csvText([...featureNames, 'needed_support'], known.map(knownRow)),
    toScore: csvText(featureNames, others.map(otherRow)),
  };
}

const featureNames = ['learner_id', 'hours_studied', 'quiz_score', 'cohort', 'mentor_id'] as const;

function knownRow(learner: Learner): string[] {
  return [...fields(learner), String(learner.neededSupport)];
}

function fields({ learnerId, hoursTenths, quizTenths, cohort, mentorId }: Learner): string[] {
  return [learnerId, tenthsText(hoursTenths), tenthsText(quizTenths), cohort, mentorId];
}

const awkwardEvery = 97;

/**
 * Files in the field are not tidy. Every 97th learner to score has a value that is valid and awkward: numbers that
 * float32 cannot hold, an exponent, a negative zero, the edges of the contract, text with commas, quotes, a newline,
 * other scripts, leading zeros, nothing at all.
 */
function otherRow(learner: Learner, index: number): string[] {
  const row = fields(learner);
  if (index % awkwardEvery !== 0) return row;
  const [field, text] = awkward[(index / awkwardEvery) % awkward.length];
  row[featureNames.indexOf(field)] = text;
  return row;
}

const awkward: readonly (readonly [(typeof featureNames)[number], string])[] = [
  ['hours_studied', '0'],
  ['hours_studied', '-0.0'],
  ['hours_studied', '0.30000000000000004'],
  ['hours_studied', '1e1'],
  ['hours_studied', '5e-324'],
  ['hours_studied', '1.00000005960464477'],
  ['quiz_score', '100'],
  ['quiz_score', '99.999999999999986'],
  ['quiz_score', '0'],
  ['quiz_score', '6.9E1'],
  ['quiz_score', '33.333333333333336'],
  ['cohort', '"2026, spring"'],
  ['cohort', '"the ""late"" cohort"'],
  ['cohort', '"two\nlines"'],
  ['cohort', 'früh – 春'],
  ['cohort', ''],
  ['cohort', '""'],
  ['mentor_id', '007'],
  ['mentor_id', '12345678901234567890'],
  ['learner_id', "' OR 1=1 --"],
];

function csvText(header: readonly string[], rows: readonly string[][]): string {
  return `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`;
}

/** 125 as `12.5`. */
function tenthsText(tenths: number): string {
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}
