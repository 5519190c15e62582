import { fail } from '@slipway/core';
import { expect, test } from 'vitest';
import { type LogLine, memoryLog, openTestServer } from '../fixtures/open-test-server.ts';
import { logCause } from './cause-log.ts';

test('under overload the cause is told once a second, and then how many were alike', () => {
  const lines: LogLine[] = [];
  const log = memoryLog(lines);
  const served = openTestServer().repository.locate();
  const busy = fail('OVERLOADED', { message: '4 records are at work already.' });
  for (let ms = 0; ms < 2500; ms += 10) logCause(served, log, `request-${ms}`, busy, ms);
  expect(lines.map(({ level, fields }) => [level, fields.request, fields.untold])).toEqual([
    ['warn', 'request-0', undefined],
    ['warn', 'request-1000', 99],
    ['warn', 'request-2000', 99],
  ]);
  expect(lines[0]?.fields).toMatchObject({ model: 'learner-risk', version: '1.0.0', code: 'OVERLOADED' });
  expect(lines[0]?.fields).not.toHaveProperty('err');
});

test('a fallback that hides a failure from the caller does not hide it from the log', async () => {
  const server = openTestServer({
    extra: 'fallback: { when: [error], use: { risk_score: null, needs_support: null } }\n',
  });
  const answer = await server.post({ hours_studied: 13, quiz_score: 1 });
  expect(answer.json().fallback).toEqual({ reason: 'error' });
  const told = server.lines.filter(({ level }) => level === 'error');
  expect(told).toHaveLength(1);
  expect(told[0]?.fields.err).toMatchObject({ code: 'MODEL_FAILED' });
});
