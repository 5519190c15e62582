import { fail, parseLaunch, toJson, type Value } from '@slipway/core';
import { learnerLaunch } from '@slipway/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileAnswerText } from './answer-text.ts';

const launch = parseLaunch(
  learnerLaunch.replace('output:\n', 'output:\n  \'a "label"\': { type: string, from: labels, nullable: true }\n'),
  'launch.yaml',
);
const write = compileAnswerText(launch);

function predictionOf(outputs: Readonly<Record<string, Value>>, fellBack = false) {
  return {
    outputs,
    thresholds: { needs_support: 0.7 },
    predictionId: 'id-1',
    model: launch.model,
    version: launch.version,
    fallback: fellBack ? ({ reason: 'error' } as const) : null,
    fault: fellBack ? fail('MODEL_FAILED', { message: 'for the log alone' }) : null,
  };
}

test('the text of an answer is the JSON of the prediction, whatever its values', () => {
  const outputs = fc.record({
    'a "label"': fc.oneof(fc.string({ unit: 'binary' }), fc.constant(null)),
    risk_score: fc.oneof(fc.double(), fc.float(), fc.integer(), fc.constant(null)),
    needs_support: fc.oneof(fc.boolean(), fc.constant(null)),
  });
  fc.assert(
    fc.property(outputs, fc.boolean(), (given: Record<string, Value>, fellBack) => {
      const prediction = predictionOf(given, fellBack);
      expect(write.one(prediction)).toBe(JSON.stringify(toJson(prediction)));
      const other = { ...prediction, version: '0.9.0', outputs: { ...given, more: 1 }, thresholds: { more: 0.5 } };
      expect(write.one(other)).toBe(JSON.stringify(toJson(other)));
    }),
    { seed: 20261124, numRuns: 300 },
  );
});

test('many are a list in order, with errors in their places', () => {
  const good = predictionOf({ 'a "label"': 'x', risk_score: 0.5, needs_support: false });
  const error = fail('MODEL_FAILED', { message: 'a secret reason' });
  const { predictions } = JSON.parse(write.many([good, { error }, good]));
  expect(predictions).toEqual([
    toJson(good),
    { error: expect.objectContaining({ code: 'MODEL_FAILED' }) },
    toJson(good),
  ]);
  expect(JSON.stringify(predictions)).not.toContain('secret');
  expect(write.many([])).toBe('{"predictions":[]}');
});
