import { runtimeCases, tabularCases } from '@slipway/testkit';
import { conformSession } from '@slipway/testkit/session-conformance';
import { expect, test } from 'vitest';
import { openBlockingSession, openOnnxRuntimeSession, openPooledSession } from './index.ts';

const cases = [...tabularCases, ...runtimeCases];

conformSession('ONNX Runtime session', (given) => openOnnxRuntimeSession(given), cases);

// Starting threads takes longer than all else here, so of each kind of lane one model stands for the others.
const kinds = ['three classes with text labels', 'random forest', 'text and numbers'];
const threaded = cases.filter(({ name }) => kinds.includes(name));

test('a model of each kind stands for the others', () => {
  expect(threaded).toHaveLength(kinds.length);
});

conformSession('blocking session of two workers', (given) => openBlockingSession({ ...given, workers: 2 }), threaded);

conformSession('pooled session of two workers', (given) => openPooledSession({ ...given, workers: 2 }), threaded);
