import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { launchFacts, parseLaunch, placeholderOwner } from './index.ts';

const example = readFileSync(new URL('./fixtures/design-example.yaml', import.meta.url), 'utf8');

function factsOf(text: string): readonly string[] {
  return launchFacts(parseLaunch(text, 'launch.yaml')).map((fact) => `${fact.number} ${fact.documented} ${fact.text}`);
}

/** The example without the block of these lines. */
function without(...starts: readonly string[]): string {
  const lines = example.split('\n');
  return lines.filter((line) => !starts.some((start) => line.startsWith(start))).join('\n');
}

test('a complete launch file documents all eight, each in one line', () => {
  expect(factsOf(example)).toEqual([
    '1 true learner-risk 1.0.0 (model.onnx)',
    "2 true online: A mentor opens the learner's page and waits for the score.",
    '3 true hours_studied: a number from 0 to 168 (hours per week); quiz_score: a number from 0 to 100',
    '4 true risk_score: number 0 to 1 or null from probabilities, class 1; needs_support: risk_score >= 0.7 or null',
    '5 true risk_score: null, needs_support: null on error, timeout, overload',
    '6 true latency, errors, fallbacks, prediction_drift, feature_drift',
    '7 true to previous on slo_breach, contract_violation: slipway rollback learner-risk',
    '8 true Learner Success, learner-success@example.org',
  ]);
});

test('their names are the ones that a launch must document', () => {
  expect(launchFacts(parseLaunch(example, 'launch.yaml')).map((fact) => fact.name)).toEqual([
    'model version',
    'deployment pattern',
    'input contract',
    'output contract',
    'fallback behaviour',
    'monitoring metrics',
    'rollback procedure',
    'owner',
  ]);
});

test('a fact that is missing says what to write', () => {
  const bare = without(
    'owner:',
    'pattern:',
    'why:',
    'fallback:',
    '  when:',
    '  use:',
    'monitoring:',
    '  metrics:',
    '  reference:',
    '  redact:',
    'rollback:',
    '  to:',
    '  procedure:',
  );
  expect(factsOf(bare).filter((fact) => fact.includes(' false '))).toEqual([
    '2 false Name the pattern (batch, online, streaming or embedded) and say in why it satisfies the need.',
    '5 false Say in fallback what users get when the model cannot answer.',
    '6 false Name in monitoring.metrics what is watched once the model is live.',
    '7 false Say in rollback.procedure what a person does to get back.',
    '8 false Name in owner the team and how to reach it.',
  ]);
});

test('a pattern without its reason is not documented', () => {
  expect(factsOf(without('why:'))[1]).toBe('2 false The pattern is online; say in why it satisfies the need.');
});

test('a rollback without words for people is not documented', () => {
  expect(factsOf(without('  procedure:'))[6]).toBe('7 false Say in rollback.procedure what a person does to get back.');
});

test('an owner that is still the placeholder of a draft, in whole or in part, is not documented', () => {
  const { team, contact } = placeholderOwner;
  const owned = (by: string) => factsOf(example.replace(/^owner: .*$/m, `owner: ${by}`))[7];
  expect(owned(`{ team: ${team}, contact: ${contact} }`)).toBe(
    '8 false Name in owner the team and how to reach it: Your team, your-team@example.org is the placeholder of the draft.',
  );
  expect(owned(`{ team: Learner Success, contact: ${contact} }`)).toMatch(/^8 false /);
  expect(owned(`{ team: ${team}, contact: learner-success@example.org }`)).toMatch(/^8 false /);
  expect(owned('{ team: Learner Success, contact: learner-success@example.org }')).toMatch(/^8 true /);
});

test('batch documents its fallback by its quarantine', () => {
  const batch = without('fallback:', '  when: [error', '  use:').replace('pattern: online', 'pattern: batch');
  expect(factsOf(batch)[4]).toBe('5 true batch quarantines what it cannot score, at most 1 % of the rows');
});

test('rules and versions as fallback are told in a few words', () => {
  const use = '  use: { risk_score: null, needs_support: null }';
  const rules = `  rules: [{ if: { field: quiz_score, below: 40 }, use: { risk_score: null, needs_support: true } }]\n${use}`;
  expect(factsOf(example.replace(use, rules))[4]).toBe('5 true 1 rule on quiz_score on error, timeout, overload');
  expect(factsOf(example.replace(use, '  version: previous'))[4]).toBe(
    '5 true version previous on error, timeout, overload',
  );
});

test('a wide model stays one line', () => {
  const many = Array.from({ length: 300 }, (_, index) => `  f${index}: { type: boolean }`).join('\n');
  const fact = factsOf(example.replace('input:', `input:\n${many}`))[2];
  expect(fact).toBe(`3 true ${[0, 1, 2, 3, 4].map((index) => `f${index}: true or false`).join('; ')}; and 297 more`);
});
