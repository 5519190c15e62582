import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diffLaunch, parseLaunch } from './index.ts';

const example = readFileSync(new URL('./fixtures/design-example.yaml', import.meta.url), 'utf8')
  .replace('missing: reject }', 'missing: reject }\n  plan: { type: string, enum: [basic, premium], missing: basic }')
  .replace('rank:', '  tier: { type: string, from: label, enum: [low, high] }\nrank:')
  .replace('needs_support: null }', 'needs_support: null, tier: low }');

const before = parseLaunch(example, 'launch.yaml');

/** Each changed field, with a ! where it breaks callers. */
function changes(...edits: readonly (readonly [before: string, after: string])[]): readonly string[] {
  let text = example;
  for (const [old, fresh] of edits) {
    expect(text.split(old)).toHaveLength(2);
    text = text.replace(old, () => fresh);
  }
  const found = diffLaunch(before, parseLaunch(text, 'launch.yaml'));
  return found.map((change) => `${change.field}${change.breaks ? ' !' : ''}`);
}

test('a launch does not differ from itself', () => {
  expect(diffLaunch(before, parseLaunch(example, 'other.yaml'))).toEqual([]);
});

test('a change tells the value before and after', () => {
  const after = parseLaunch(
    example.replace('at: 0.7', 'at: 0.6').replace('version: 1.0.0', 'version: 1.1.0'),
    'launch.yaml',
  );
  expect(diffLaunch(before, after)).toEqual([
    { field: 'version', before: '1.0.0', after: '1.1.0', breaks: false },
    { field: 'output.needs_support.at', before: 0.7, after: 0.6, breaks: false },
  ]);
});

describe('the input contract', () => {
  test.each([
    ['maximum: 168', 'maximum: 200', 'input.hours_studied.maximum'],
    ['maximum: 168', 'maximum: 100', 'input.hours_studied.maximum !'],
    [', maximum: 168', '', 'input.hours_studied.maximum'],
    ['minimum: 0, maximum: 168', 'minimum: 1, maximum: 168', 'input.hours_studied.minimum !'],
    ['minimum: 0, maximum: 168', 'minimum: -1, maximum: 168', 'input.hours_studied.minimum'],
    ['[basic, premium]', '[basic, premium, trial]', 'input.plan.enum'],
    ['[basic, premium]', '[basic, gold]', 'input.plan.enum !'],
    ['missing: basic', 'missing: premium', 'input.plan.missing'],
    ['missing: basic', 'missing: reject', 'input.plan.missing !'],
    ['missing: reject', 'missing: null', 'input.quiz_score.missing'],
    ['unit: hours per week', 'unit: h', 'input.hours_studied.unit'],
    ['unit: learner_id ', 'unit: learner   ', 'unit !'],
  ])('%s -> %s', (old, fresh, expected) => {
    // The stream's key follows the unit.
    const key: [string, string][] = old.startsWith('unit: learner') ? [['key: learner_id', 'key: learner']] : [];
    expect(changes([old, fresh], ...key).filter((change) => !change.startsWith('streaming'))).toEqual([expected]);
  });

  test('breaks callers by a new feature that must be given, and by one that went', () => {
    expect(changes(['  plan:', '  age: { type: integer }\n  plan:'])).toEqual(['input.age !']);
    expect(changes(['  plan:', '  age: { type: integer, missing: null }\n  plan:'])).toEqual(['input.age']);
    expect(changes(['\n  plan: { type: string, enum: [basic, premium], missing: basic }', ''])).toEqual([
      'input.plan !',
    ]);
  });

  test('may change its order: the model is fed otherwise, callers send names', () => {
    const quiz = 'quiz_score:    { type: number, minimum: 0, maximum: 100, missing: reject }';
    const plan = 'plan: { type: string, enum: [basic, premium], missing: basic }';
    expect(changes([`${quiz}\n  ${plan}`, `${plan}\n  ${quiz}`])).toEqual(['inputOrder']);
  });

  test('breaks callers by a context field that went, not by a new one', () => {
    expect(changes(['context: [cohort, mentor_id]', 'context: [cohort, mentor_id, constructor]'])).toEqual([
      'context.constructor',
    ]);
    expect(changes(['context: [cohort, mentor_id]', 'context: [mentor_id]'], [', slices: [cohort]', ''])).toEqual([
      'evaluation.slices',
      'context.cohort !',
    ]);
  });
});

describe('the output contract', () => {
  test.each([
    ['minimum: 0, maximum: 1,', 'minimum: 0, maximum: 2,', 'output.risk_score.maximum !'],
    ['minimum: 0, maximum: 1,', 'minimum: 0.1, maximum: 1,', 'output.risk_score.minimum'],
    ['[low, high]', '[low, high, unknown]', 'output.tier.enum !'],
    ['from: label, enum: [low, high]', 'from: label, enum: [low]', 'output.tier.enum'],
    ['enum: [low, high]', 'enum: [low, high], nullable: true', 'output.tier.nullable !'],
    ['class: 1', 'class: 0', 'output.risk_score.class'],
  ])('%s -> %s', (old, fresh, expected) => {
    expect(changes([old, fresh])).toEqual([expected]);
  });

  test('breaks callers by a field that went, not by a new one', () => {
    const tier = '  tier: { type: string, from: label, enum: [low, high] }\n';
    expect(changes([tier, ''], [', tier: low', ''])).toEqual(['fallback.use.outputs.tier', 'output.tier !']);
    expect(
      changes(
        [tier, `${tier}  raw: { type: array, from: p, shape: [2], nullable: true }\n`],
        ['tier: low', 'tier: low, raw: null'],
      ),
    ).toEqual(['fallback.use.outputs.raw', 'output.raw']);
  });
});

test.each([
  ['records: 10000, rate', 'records: 500, rate', 'online.records !'],
  ['records: 10000, rate', 'records: 20000, rate', 'online.records'],
  ['rate: 100/s', 'rate: 6000/m', 'online.rate'],
  ['rate: 100/s', 'rate: 100/m', 'online.rate !'],
  ['deadline: 500ms', 'deadline: 100ms', 'online.deadlineMs'],
  ['model: learner-risk', 'model: learner', 'model !'],
  ['team: Learner Success', 'team: Mentors', 'owner.team'],
])('elsewhere, %s -> %s', (old, fresh, expected) => {
  expect(changes([old, fresh])).toEqual([expected]);
});
