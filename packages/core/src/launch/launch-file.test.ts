import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { LaunchFile } from './index.ts';
import { readLaunchFile } from './index.ts';

const example = readFileSync(new URL('./fixtures/design-example.yaml', import.meta.url), 'utf8');

// The compiler checks this object against the generated type, and the test against the parsed example.
const typed = {
  slipway: 1,
  model: 'learner-risk',
  version: '1.0.0',
  artifact: 'model.onnx',
  owner: { team: 'Learner Success', contact: 'learner-success@example.org', runbook: 'https://example.org/runbook' },
  pattern: 'online',
  why: "A mentor opens the learner's page and waits for the score.",
  input: {
    hours_studied: { type: 'number', minimum: 0, maximum: 168, unit: 'hours per week' },
    quiz_score: { type: 'number', minimum: 0, maximum: 100, missing: 'reject' },
  },
  unit: 'learner_id',
  context: ['cohort', 'mentor_id'],
  output: {
    risk_score: { type: 'number', minimum: 0, maximum: 1, from: 'probabilities', class: 1, nullable: true },
    needs_support: { type: 'boolean', threshold: { on: 'risk_score', at: 0.7 }, nullable: true },
  },
  rank: { by: 'risk_score', within: 'mentor_id', top: 10 },
  fallback: { when: ['error', 'timeout', 'overload'], use: { risk_score: null, needs_support: null } },
  slo: {
    latency: { within: '200ms', target: 0.95 },
    availability: { target: 0.999 },
    freshness: { within: '26h', target: 0.99 },
    window: '30d',
    load: { requests_per_second: 50, records: 1 },
  },
  monitoring: {
    metrics: ['latency', 'errors', 'fallbacks', 'prediction_drift', 'feature_drift'],
    reference: 'reference.json',
    redact: ['mentor_id'],
  },
  evaluation: { data: 'holdout.csv', label: 'needed_support', slices: ['cohort'] },
  rollback: { to: 'previous', when: ['slo_breach', 'contract_violation'], procedure: 'slipway rollback learner-risk' },
  rollout: {
    steps: [
      { kind: 'shadow', share: '20%', for: '1d' },
      { kind: 'canary', weights: ['1%', '5%', '25%', '50%', '100%'], each: '1h' },
    ],
    approve: false,
  },
  batch: { input: 'learners.csv', output: 'scored.csv', schedule: '0 2 * * *', max_quarantine: '1%' },
  streaming: {
    from: 'kafka://learner-events',
    to: 'kafka://learner-risk',
    dead_letter: 'kafka://learner-dead',
    key: 'learner_id',
  },
  embedded: { size: '50kB', cold_start: '5ms', channel: 'stable' },
  online: { deadline: '500ms', body: '1MB', records: 10_000, rate: '100/s' },
} as const satisfies LaunchFile;

test('the generated type describes the example as it is parsed', () => {
  expect(readLaunchFile(example, 'launch.yaml')).toEqual(typed);
});

test('the generated type refuses what the schema refuses', () => {
  const wrong: LaunchFile['input'] = {
    // @ts-expect-error: a boolean has no maximum.
    x: { type: 'boolean', maximum: 1 },
    // @ts-expect-error: an array needs a shape.
    y: { type: 'array' },
  };
  expect(Object.keys(wrong)).toEqual(['x', 'y']);
});
