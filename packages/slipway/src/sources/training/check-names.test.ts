import { isSlipwayError } from '@slipway/core';
import { expect, test } from 'vitest';
import { checkNames } from './check-names.ts';
import type { LaunchWords } from './draft-launch.ts';

const words: LaunchWords = {
  model: 'churn',
  version: '1.0.0',
  owner: { team: 'Care', contact: 'care@example.org' },
  pattern: 'batch',
  why: 'Nobody waits.',
  units: {},
  score: 'risk',
  decision: 'call',
};

interface Names {
  readonly words?: Partial<LaunchWords>;
  readonly features?: readonly string[];
  readonly others?: readonly string[];
  readonly unit?: string;
  readonly threshold?: number;
}

function refusal({ words: more, features = ['visits'], others = ['churned'], unit, threshold = 0.5 }: Names): string {
  const columns = [...features, ...others].map((name) => ({ name }));
  const data = {
    features: features.map((name) => ({ name, kind: 'number' as const })),
    columns: features.map(() => Float64Array.of(1, 2)),
  };
  const parts = { words: { ...words, ...more }, data, label: 'churned', unit: unit ?? null, context: [], slices: [] };
  try {
    checkNames(
      { ...parts, threshold, digest: null, golden: false },
      {
        path: 'c.csv',
        columns,
      },
    );
  } catch (thrown) {
    if (isSlipwayError(thrown)) return `${thrown.code} ${thrown.where}: ${thrown.message} ${thrown.hint}`;
    throw thrown;
  }
  return 'nothing';
}

test.each<[string, Names, RegExp]>([
  ['a bad model name', { words: { model: 'Bad Name' } }, /^USAGE --name: "Bad Name" is not a model name: lower-case/],
  ['a bad version', { words: { version: '1' } }, /^USAGE --model-version: "1" is not a semantic version/],
  [
    'a score that is a feature',
    { words: { score: 'visits' } },
    /^USAGE --score: .* column "visits"\. Give it another name with --score\.$/,
  ],
  [
    'a score that is a feature by another case',
    { words: { score: 'Visits' } },
    /^USAGE --score: .*"Visits": .* "visits"/,
  ],
  [
    'a decision that is the label',
    { words: { decision: 'churned' } },
    /^USAGE --decision: The decision cannot be called "churned"/,
  ],
  [
    'score and decision of one name',
    { words: { decision: 'Risk' } },
    /^USAGE --score, --decision: .* both be called "risk"/,
  ],
  ['a score with a name that answers use', { words: { score: 'model' } }, /^USAGE --score: "model"/],
  [
    'a decision with a name that answers use',
    { words: { decision: 'prediction_id' } },
    /^USAGE --decision: "prediction_id"/,
  ],
  ['a decision with blanks at its ends', { words: { decision: ' call' } }, /^USAGE --decision: " call" is not/],
  ['a threshold out of range', { threshold: 2 }, /^USAGE --threshold: 2 is outside/],
  [
    'a column with a name that requests use',
    { features: ['records'] },
    /^TRAINING_DATA c\.csv: .*"records" is not a feature name.* leave it out with --features/,
  ],
])('%s is refused by the option or column that it came from', (_, names, message) => {
  expect(refusal(names)).toMatch(message);
});

test('names that fit are let through', () => {
  expect(refusal({ unit: 'customer id', others: ['churned', 'customer id'] })).toBe('nothing');
});
