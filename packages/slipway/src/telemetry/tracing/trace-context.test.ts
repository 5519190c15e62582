import { describe, expect, test } from 'vitest';
import { samplerOf } from './sampler.ts';
import { readTraceContext } from './trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('W3C Trace Context', () => {
  test.each([
    [`00-${traceId}-${spanId}-01`, true],
    [`00-${traceId}-${spanId}-00`, false],
    [`00-${traceId}-${spanId}-fe`, false],
    [`cc-${traceId}-${spanId}-01-what-comes-later`, true],
    [`01-${traceId}-${spanId}-01`, true],
  ])('%s is read', (parent, isSampled) => {
    expect(readTraceContext(parent, 'a=1')).toEqual({ traceId, spanId, isSampled, state: 'a=1' });
  });

  test.each([
    ['nothing', undefined],
    ['version ff', `ff-${traceId}-${spanId}-01`],
    ['more after version 00', `00-${traceId}-${spanId}-01-x`],
    ['more without a hyphen', `cc-${traceId}-${spanId}-01x`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['too short', `00-${traceId.slice(1)}-${spanId}-01`],
  ])('%s is no context', (_, parent) => {
    expect(readTraceContext(parent, undefined)).toBeNull();
  });
});

describe('a sampler', () => {
  const parent = { traceId, spanId, isSampled: false, state: '' };

  test('of a parent does as the parent does, and else as its root', () => {
    expect(samplerOf()?.(traceId, parent)).toBe(false);
    expect(samplerOf()?.(traceId, null)).toBe(true);
    expect(samplerOf('always_on')?.(traceId, parent)).toBe(true);
    expect(samplerOf('parentbased_always_off')?.(traceId, { ...parent, isSampled: true })).toBe(true);
    expect(samplerOf('parentbased_always_off')?.(traceId, null)).toBe(false);
  });

  test('by ratio takes its share of ids, the same ones each time', () => {
    const sampler = samplerOf('traceidratio', '0.25');
    const ids = Array.from(
      { length: 256 },
      (_, at) => `${'1'.repeat(18)}${at.toString(16).padStart(2, '0')}${'0'.repeat(12)}`,
    );
    expect(ids.filter((id) => sampler?.(id, null))).toHaveLength(64);
  });

  test.each([
    ['jaeger_remote', '1'],
    ['traceidratio', 'half'],
    ['traceidratio', '2'],
  ])('%s %s is not known', (name, argument) => {
    expect(samplerOf(name, argument)).toBeNull();
  });
});
