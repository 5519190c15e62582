import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LaunchFile, RawFallbackBehaviour, RawFeature, RawOutputField, RawStep } from './index.ts';
import { parseLaunch, readLaunchFile, writeLaunch } from './index.ts';

const example = readFileSync(new URL('./fixtures/design-example.yaml', import.meta.url), 'utf8');

test('what is written reads back the same, whatever names and texts it holds', () => {
  fc.assert(
    fc.property(launchFile(), (file) => {
      const text = writeLaunch(file, { schema: './launch.schema.json' });
      expect(readLaunchFile(text, 'written.yaml')).toEqual(file);
    }),
    { seed: 20_261_124, numRuns: 300 },
  );
});

test('the example is written as people would lay it out, with the eight facts numbered', () => {
  const file = readLaunchFile(example, 'launch.yaml');
  const text = writeLaunch(file);
  expect(parseLaunch(text, 'written.yaml')).toEqual(parseLaunch(example, 'launch.yaml'));
  expect([...text.matchAll(/# ([1-8]) /g)].map((match) => Number(match[1]))).toEqual([1, 8, 2, 3, 4, 5, 6, 7]);
  expect(text.split('\n').slice(8, 15)).toEqual([
    'input:                              # 3 input contract, in feature order',
    '  hours_studied: { type: number, minimum: 0, maximum: 168, unit: hours per week }',
    '  quiz_score:    { type: number, minimum: 0, maximum: 100, missing: reject }',
    'unit: learner_id                    # logged and hashed for assignment, never given to the model',
    'context: [cohort, mentor_id]        # logged, never given to the model',
    'output:                             # 4 output contract',
    '  risk_score:    { type: number, minimum: 0, maximum: 1, from: probabilities, class: 1, nullable: true }',
  ]);
});

test('the schema stands on the first line, where editors look for it', () => {
  const text = writeLaunch(readLaunchFile(example, 'launch.yaml'), { schema: './launch.schema.json' });
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./launch.schema.json');
});

test('fields that are undefined are left out', () => {
  const file = readLaunchFile(example, 'launch.yaml');
  const { owner: _, ...without } = file;
  expect(writeLaunch({ ...file, owner: undefined } as unknown as LaunchFile)).toBe(writeLaunch(without));
});

/** Names that YAML would read as something else if they were not quoted. */
const hard = [
  '1',
  '1.0',
  'true',
  'null',
  '~',
  'yes',
  '- a',
  'a: b',
  'a #b',
  '#a',
  '&a',
  '*a',
  '!a',
  '{a',
  '[a]',
  'a,b',
  '"a',
  "'a",
  '%a',
  '@a',
  '?',
  ': a',
  'é',
  '数',
  '<<',
  '=',
  '0x1F',
  '.inf',
  'petal length (cm)',
  'constructor',
];

const name = fc.oneof(fc.constantFrom(...hard), fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/));
const text = fc.string({ unit: 'binary', maxLength: 40 });
const prose = text.filter((value) => value.trim() !== '' && /\S/u.test(value));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const length = fc.constantFrom('200ms', '1.5s', '26h', '30d');
const percent = fc.constantFrom<string | number>('1%', '0.5%', 0.25);
const duty = fc.constantFrom<string | number>('95%', 0.999);

function optional<T extends object>(
  required: Record<string, fc.Arbitrary<unknown>>,
  more: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<T> {
  return fc.record({ ...required, ...more }, { requiredKeys: Object.keys(required) }) as fc.Arbitrary<T>;
}

function feature(): fc.Arbitrary<RawFeature> {
  const fill = <T>(value: fc.Arbitrary<T>) => fc.oneof(fc.constantFrom('reject', null), value);
  const bounds = {
    minimum: finite.filter((x) => x < 0),
    maximum: finite.filter((x) => x > 0),
    unit: text,
    description: text,
  };
  return fc.oneof(
    optional<RawFeature>({ type: fc.constant('number') }, { ...bounds, missing: fill(fc.constant(0)) }),
    optional<RawFeature>(
      { type: fc.constant('integer') },
      { exclusiveMinimum: fc.constant(-5), missing: fill(fc.constant(7)) },
    ),
    optional<RawFeature>({ type: fc.constant('boolean') }, { description: text, missing: fill(fc.boolean()) }),
    optional<RawFeature>({ type: fc.constant('string') }, { maxLength: fc.constant(50), missing: fill(text) }),
    optional<RawFeature>(
      { type: fc.constant('string') },
      { enum: fc.uniqueArray(text, { minLength: 1 }), description: text },
    ),
    optional<RawFeature>(
      { type: fc.constant('array'), shape: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }) },
      {},
    ),
  );
}

const output: fc.Arbitrary<Record<string, RawOutputField>> = fc
  .record({
    from: fc.string({ minLength: 1, unit: 'binary' }),
    class: fc.oneof(fc.integer(), text),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    labels: fc.uniqueArray(text, { minLength: 1 }),
  })
  .map(({ from, class: label, at, labels }) => ({
    the_score: { type: 'number', from, class: label, minimum: 0, maximum: 1, nullable: true },
    the_decision: { type: 'boolean', threshold: { on: 'the_score', at }, nullable: true },
    the_label: { type: 'string', from, enum: labels, nullable: true },
    the_vector: { type: 'array', from, shape: [2, 2], nullable: true },
  }));

const nothing = { the_score: null, the_decision: null, the_label: null, the_vector: null };
const fallback: fc.Arbitrary<RawFallbackBehaviour> = fc.oneof(
  fc.constant({ version: 'previous' }),
  fc.constant({ when: ['error' as const], use: { ...nothing, the_vector: [0, 0.5, 1, 1] } }),
  fc.constant({ use: nothing }),
);

const step: fc.Arbitrary<RawStep> = fc.oneof(
  fc.record({ kind: fc.constant('shadow' as const), share: percent, for: length }),
  fc.record({ kind: fc.constant('canary' as const), weights: fc.constant(['1%', 0.5, '100%']), each: length }),
  fc.record({ kind: fc.constant('ab' as const), share: percent, for: length, metric: prose }),
);

function launchFile(): fc.Arbitrary<LaunchFile> {
  const inputs = fc
    .uniqueArray(fc.tuple(name, feature()), { minLength: 1, maxLength: 8, selector: ([key]) => key.toLowerCase() })
    .map((entries) => Object.fromEntries(entries));
  return optional<LaunchFile>(
    {
      slipway: fc.constant(1),
      model: fc.constant('m'),
      version: fc.constantFrom('1.0.0', '0.0.1-rc.1+build'),
      artifact: fc.constantFrom('model.onnx', '../a b/m.onnx'),
      input: inputs,
      output,
    },
    {
      why: prose,
      pattern: fc.constantFrom('batch', 'online', 'streaming', 'embedded'),
      owner: optional({ team: prose, contact: prose }, { runbook: fc.constant('https://example.org/#x?y=1') }),
      unit: fc.constant('the unit: #1'),
      context: fc.constant(['the context, first', 'the context - second']),
      rank: optional({ by: fc.constant('the_score') }, { top: fc.constant(3) }),
      fallback,
      slo: optional(
        {},
        {
          window: length,
          latency: fc.record({ within: length, target: duty }),
          availability: fc.record({ target: duty }),
        },
      ),
      monitoring: fc.constant({ metrics: ['latency', 'errors'] }),
      rollback: optional({}, { to: fc.constantFrom('previous', '0.0.0'), procedure: prose }),
      rollout: optional({ steps: fc.array(step, { minLength: 1, maxLength: 3 }) }, { approve: fc.boolean() }),
      batch: optional(
        {},
        {
          input: fc.constant('s3://bucket/in.csv'),
          schedule: fc.constant('*/5 0-6 1,15 * MON'),
          max_quarantine: percent,
        },
      ),
      online: optional({}, { deadline: length, body: fc.constant('2MiB'), rate: fc.constant('5/m') }),
    },
  );
}
