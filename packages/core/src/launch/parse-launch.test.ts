import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isSlipwayError, type SlipwayError } from '../errors/index.ts';
import { launchDefaults, parseLaunch } from './index.ts';
import type { Launch } from './types.ts';

const example = readFileSync(new URL('./fixtures/design-example.yaml', import.meta.url), 'utf8');

const minimal = `
slipway: 1
model: m
version: 0.1.0
artifact: m.onnx
input:
  x: { type: number }
  s: { type: string, missing: null }
  k: { type: integer, missing: 3 }
output:
  y: { type: number, from: variable }
`;

describe('a launch file with every block', () => {
  const launch = parseLaunch(example, 'launch.yaml');

  test('gives the input contract in the order of the file', () => {
    expect(launch.input.features.map((feature) => feature.name)).toEqual(['hours_studied', 'quiz_score']);
    expect(launch.input.features[0]).toEqual({
      name: 'hours_studied',
      type: 'number',
      items: null,
      minimum: 0,
      maximum: 168,
      exclusiveMinimum: null,
      exclusiveMaximum: null,
      enum: null,
      maxLength: 4096,
      shape: null,
      unit: 'hours per week',
      description: null,
      missing: { kind: 'reject' },
    });
    expect(launch.input.unit).toBe('learner_id');
    expect(launch.input.context).toEqual(['cohort', 'mentor_id']);
  });

  test('gives scores, decisions and the ranking', () => {
    expect(launch.output).toEqual({
      fields: [
        {
          kind: 'score',
          name: 'risk_score',
          type: 'number',
          from: 'probabilities',
          class: 1,
          index: null,
          minimum: 0,
          maximum: 1,
          enum: null,
          nullable: true,
          description: null,
        },
        { kind: 'decision', name: 'needs_support', on: 'risk_score', at: 0.7, nullable: true, description: null },
      ],
      rank: { by: 'risk_score', within: 'mentor_id', top: 10 },
    });
  });

  test('turns durations into milliseconds, sizes into bytes and percentages into fractions', () => {
    expect(launch.slo).toEqual({
      latency: { withinMs: 200, target: 0.95 },
      availability: { target: 0.999 },
      freshness: { withinMs: 26 * 3_600_000, target: 0.99 },
      windowMs: 30 * 86_400_000,
      load: { requestsPerSecond: 50, records: 1 },
    });
    expect(launch.rollout).toEqual({
      steps: [
        { kind: 'shadow', share: 0.2, forMs: 86_400_000 },
        { kind: 'canary', weights: [0.01, 0.05, 0.25, 0.5, 1], eachMs: 3_600_000 },
      ],
      approve: false,
    });
    expect(launch.batch).toEqual({
      input: 'learners.csv',
      output: 'scored.csv',
      schedule: '0 2 * * *',
      maxQuarantine: 0.01,
    });
    expect(launch.embedded).toEqual({ sizeBytes: 50_000, coldStartMs: 5, channel: 'stable' });
    expect(launch.online).toEqual({
      deadlineMs: 500,
      bodyBytes: 1_000_000,
      records: 10_000,
      rate: { count: 100, perMs: 1000 },
    });
  });

  test('keeps the rest as it is written', () => {
    const { owner, pattern, why, fallback, monitoring, evaluation, rollback, streaming } = launch;
    expect({ owner, pattern, why, fallback, monitoring, evaluation, rollback, streaming }).toEqual({
      owner: {
        team: 'Learner Success',
        contact: 'learner-success@example.org',
        runbook: 'https://example.org/runbook',
      },
      pattern: 'online',
      why: "A mentor opens the learner's page and waits for the score.",
      fallback: {
        when: ['error', 'timeout', 'overload'],
        use: { kind: 'constant', outputs: { risk_score: null, needs_support: null } },
      },
      monitoring: {
        metrics: ['latency', 'errors', 'fallbacks', 'prediction_drift', 'feature_drift'],
        reference: 'reference.json',
        redact: ['mentor_id'],
      },
      evaluation: { data: 'holdout.csv', label: 'needed_support', slices: ['cohort'] },
      rollback: {
        to: 'previous',
        when: ['slo_breach', 'contract_violation'],
        procedure: 'slipway rollback learner-risk',
      },
      streaming: {
        from: 'kafka://learner-events',
        to: 'kafka://learner-risk',
        deadLetter: 'kafka://learner-dead',
        key: 'learner_id',
      },
    });
  });

  test('is frozen all the way down', () => {
    expect(thawed(launch, 'launch')).toEqual([]);
  });
});

describe('a launch file with only what is required', () => {
  const launch = parseLaunch(minimal, 'launch.yaml');

  test('gets the documented defaults', () => {
    expect(launch.batch.maxQuarantine).toBe(0.01);
    expect(launch.online).toEqual({ deadlineMs: 5000, bodyBytes: 1_000_000, records: 10_000, rate: null });
    expect(launch.embedded.channel).toBe(launchDefaults.embeddedChannel);
    expect(launch.input.features.map((feature) => feature.missing)).toEqual([
      { kind: 'reject' },
      { kind: 'null' },
      { kind: 'fill', value: 3 },
    ]);
  });

  test('has no block that it does not name', () => {
    const { owner, pattern, why, fallback, slo, monitoring, evaluation, rollback, rollout, digest, golden } = launch;
    const optional = { owner, pattern, why, fallback, slo, monitoring, evaluation, rollback, rollout, digest, golden };
    expect(Object.values(optional).every((value) => value === null)).toBe(true);
  });
});

describe('the fallback', () => {
  test('may be rules with a constant behind them', () => {
    const use = 'use: { y: null }';
    const launch = fallbackOf(`{ rules: [{ if: { field: x, below: 2 }, use: { y: 1 } }], ${use} }`);
    expect(launch.fallback).toEqual({
      when: ['error', 'timeout', 'overload'],
      use: {
        kind: 'rules',
        rules: [{ if: { field: 'x', is: 'below', value: 2 }, use: { y: 1 } }],
        otherwise: { y: null },
      },
    });
  });

  test('may be another version', () => {
    expect(fallbackOf('{ when: [overload], version: previous }').fallback).toEqual({
      when: ['overload'],
      use: { kind: 'version', version: 'previous' },
    });
  });

  function fallbackOf(fallback: string): Launch {
    const nullable = minimal.replace('from: variable', 'from: variable, nullable: true');
    return parseLaunch(`${nullable}fallback: ${fallback}\n`, 'launch.yaml');
  }
});

describe('several problems', () => {
  test('are reported together, in the order of the file, each with its place', () => {
    const text = example
      .replace('pattern: online ', 'pattern: onlin  ')
      .replace('quiz_score:    { type: number', 'quiz_score:    { type: numbr ')
      .replace('channel: stable', 'chanel: stable');
    const error = failure(text);
    expect(error.code).toBe('LAUNCH_INVALID');
    expect(error.where).toBe('launch.yaml:6:10');
    expect(error.message.split('\n')).toEqual([
      'The launch file has 3 problems:',
      expect.stringMatching(/^ {2}launch\.yaml:6:10 {2}pattern: "onlin" is none of .* Did you mean online\?$/),
      expect.stringMatching(/^ {2}launch\.yaml:11:26 {2}input\.quiz_score\.type: "numbr" .* Did you mean number\?$/),
      expect.stringMatching(
        /^ {2}launch\.yaml:41:43 {2}embedded\.chanel: embedded has no field "chanel"\. Did you mean channel\?$/,
      ),
    ]);
    expect(error.details).toEqual({
      problems: [
        expect.objectContaining({ file: 'launch.yaml', line: 6, column: 10, field: 'pattern', suggestion: 'online' }),
        expect.objectContaining({ line: 11, column: 26, field: 'input.quiz_score.type', suggestion: 'number' }),
        expect.objectContaining({ code: 'LAUNCH_UNKNOWN_FIELD', line: 41, column: 43, suggestion: 'channel' }),
      ],
    });
  });

  test('by the hundred get suggestions for the first few only, since each costs time', () => {
    const names = (letter: string) =>
      Array.from({ length: 900 }, (_, index) => `${letter}${'z'.repeat(90)}${index}`).join(', ');
    const text = example
      .replace('[cohort, mentor_id]', `[cohort, mentor_id, ${names('c')}]`)
      .replace('redact: [', `redact: [${names('d')}, `);
    const { problems } = failure(text).details as { problems: readonly { readonly suggestion: string | null }[] };
    expect(problems[0]?.suggestion).toBe(`c${'z'.repeat(90)}0`);
    expect(problems.at(-1)?.suggestion).toBeNull();
  });

  test('beyond twenty are counted', () => {
    const many = Array.from({ length: 30 }, (_, index) => `nonsense_${index}: 1`).join('\n');
    const lines = failure(`${example}\n${many}\n`).message.split('\n');
    expect(lines).toHaveLength(22);
    expect(lines.at(-1)).toBe('  and 10 more');
  });
});

test('a byte order mark and Windows line ends change neither meaning nor places', () => {
  const windows = `\ufeff${example.replaceAll('\n', '\r\n')}`;
  expect(parseLaunch(windows, 'launch.yaml')).toEqual(parseLaunch(example, 'launch.yaml'));
  expect(failure(windows.replace('model: learner-risk', 'model: 7')).where).toBe('launch.yaml:2:8');
});

function failure(text: string): SlipwayError {
  try {
    parseLaunch(text, 'launch.yaml');
  } catch (error) {
    if (isSlipwayError(error)) return error;
    throw error;
  }
  throw new Error('The launch file was accepted.');
}

function thawed(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.isFrozen(value) ? [] : [path];
  return [...own, ...Object.entries(value).flatMap(([key, part]) => thawed(part, `${path}.${key}`))];
}
