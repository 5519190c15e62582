import { fail, parseLaunch, type Value } from '@slipway/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileEventText } from './event-text.ts';
import { type EventFrame, eventFields, recordEvent } from './events.ts';

const launch = parseLaunch(
  `
slipway: 1
model: quoted-names
version: 1.0.0
artifact: model.onnx
input:
  'a "quoted" name': { type: number, missing: null }
  free: { type: string, missing: null }
  flags: { type: array, shape: [2], missing: null }
unit: who
context: [cohort, constructor]
output:
  score: { type: number, from: scores, nullable: true }
  label: { type: string, from: labels }
`,
  'launch.yaml',
);

test('the text of an event is the JSON of the event, whatever its values', () => {
  const fields = eventFields(launch);
  const writeText = compileEventText(launch, 'stable', fields);
  const scalar = fc.oneof(fc.string({ unit: 'binary' }), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null));
  const record = fc.record(
    {
      'a "quoted" name': fc.double(),
      free: scalar,
      flags: fc.array(fc.double()),
      who: scalar,
      cohort: scalar,
      constructor: scalar,
    },
    { requiredKeys: [] },
  );
  const outputs = fc.record({ score: fc.oneof(fc.double(), fc.constant(null)), label: fc.string({ unit: 'binary' }) });
  fc.assert(
    fc.property(record, outputs, fc.boolean(), fc.nat(), (given, answered: Record<string, Value>, fellBack, atMs) => {
      const frame: EventFrame = {
        fields,
        variant: 'stable',
        source: 'online',
        atMs,
        latencyMs: fellBack ? null : 0.25,
      };
      const prediction = {
        outputs: answered,
        thresholds: {},
        predictionId: 'id-1',
        model: launch.model,
        version: fellBack && atMs % 2 === 0 ? '0.9.0' : launch.version,
        fallback: fellBack ? ({ reason: 'error' } as const) : null,
        fault: fellBack ? fail('MODEL_FAILED', { message: 'for the log alone' }) : null,
      };
      expect(writeText(frame, given, prediction)).toBe(JSON.stringify(recordEvent(frame, given, prediction)));
    }),
    { seed: 20261124, numRuns: 300 },
  );
});
