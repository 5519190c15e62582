import { fail, parseLaunch, type Value } from '@slipway/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileEventBytes } from './event-bytes.ts';
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

test('text and bytes of an event are the JSON of the event, whatever its values', () => {
  const fields = eventFields(launch);
  const writeText = compileEventText(launch, 'stable', fields);
  const writeBytes = compileEventBytes(launch, 'stable', fields);
  let written = 0;
  const word = fc.string({ unit: 'grapheme-ascii' });
  const scalar = fc.oneof(
    fc.string({ unit: 'binary' }),
    word,
    word,
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
  );
  const record = fc.record(
    {
      'a "quoted" name': fc.double(),
      free: scalar,
      flags: fc.oneof(fc.array(fc.double()), fc.double(), fc.constant(null)),
      who: scalar,
      cohort: scalar,
      constructor: scalar,
    },
    { requiredKeys: [] },
  );
  const outputs = fc.record({
    score: fc.oneof(fc.double(), fc.constant(null)),
    label: fc.oneof(word, word, fc.string({ unit: 'binary' })),
  });
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
      const text = JSON.stringify(recordEvent(frame, given, prediction));
      expect(writeText(frame, given, prediction)).toBe(text);
      const memory = new Uint8Array(2000);
      const end = writeBytes(frame, given, prediction, memory, 7, memory.length);
      // Whatever is left to the text is more than plain: beyond ASCII, to be escaped, an array or a fallback.
      if (end < 0) expect(fellBack || /[^\x20-\x7f]|\\(?!"quoted)/.test(text) || Array.isArray(given.flags)).toBe(true);
      else expect(new TextDecoder().decode(memory.subarray(7, end))).toBe(text);
      if (end >= 0) written += 1;
    }),
    { seed: 20261124, numRuns: 600 },
  );
  expect(written).toBeGreaterThan(50);
});

test('a value that JSON does not have is left to the text, which refuses it', () => {
  const fields = eventFields(launch);
  const writeBytes = compileEventBytes(launch, 'stable', fields);
  const frame: EventFrame = { fields, variant: 'stable', source: 'online', atMs: 0, latencyMs: 0.25 };
  const prediction = {
    outputs: { score: 0.5, label: 'a' },
    thresholds: {},
    predictionId: 'id-1',
    model: launch.model,
    version: launch.version,
    fallback: null,
    fault: null,
  };
  const memory = new Uint8Array(2000);
  const plain = { free: 'x', who: 'y', cohort: 'z' };
  expect(writeBytes(frame, plain, prediction, memory, 0, memory.length)).toBeGreaterThan(0);
  const large = 9_007_199_254_740_993n;
  for (const record of [
    { ...plain, free: large },
    { ...plain, cohort: large },
  ]) {
    expect(writeBytes(frame, record, prediction, memory, 0, memory.length)).toBe(-1);
    expect(() => compileEventText(launch, 'stable', fields)(frame, record as never, prediction)).toThrow(TypeError);
  }
});

test('bytes of an event keep to their room, and say where it is too small', () => {
  const fields = eventFields(launch);
  const writeBytes = compileEventBytes(launch, 'stable', fields);
  const frame: EventFrame = { fields, variant: 'stable', source: 'online', atMs: 0, latencyMs: 0.25 };
  const prediction = {
    outputs: { score: 1 / 3, label: 'a' },
    thresholds: {},
    predictionId: 'id-1',
    model: launch.model,
    version: launch.version,
    fallback: null,
    fault: null,
  };
  const record = { 'a "quoted" name': -1.5e-9, free: 'x'.repeat(100), who: 'y'.repeat(100), cohort: true };
  const text = JSON.stringify(recordEvent(frame, record, prediction));
  let smallest = Number.POSITIVE_INFINITY;
  for (let room = 1500; room >= 0; room--) {
    const memory = new Uint8Array(1600).fill(1);
    const end = writeBytes(frame, record, prediction, memory, 10, 10 + room);
    if (end >= 0) smallest = room;
    if (end >= 0) expect(end).toBe(10 + text.length);
    expect(memory.subarray(0, 10).every((byte) => byte === 1)).toBe(true);
    expect(memory.subarray(10 + room).every((byte) => byte === 1)).toBe(true);
  }
  expect(smallest).toBeGreaterThanOrEqual(text.length);
  expect(smallest).toBeLessThan(text.length + 700);
});
