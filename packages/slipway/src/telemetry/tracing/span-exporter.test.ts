import { expect, test } from 'vitest';
import type { Span } from './otlp-json.ts';
import { createSpanExporter, type Sent } from './span-exporter.ts';

const span: Span = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parentSpanId: '',
  state: '',
  name: 'x',
  kind: 'server',
  startMs: 0,
  endMs: 1,
  attributes: {},
  isError: false,
};

function open(answers: Sent[]) {
  const told: string[] = [];
  const sizes: number[] = [];
  const exporter = createSpanExporter({
    send: async (spans) => {
      sizes.push(spans.length);
      return answers.length > 1 ? (answers.shift() as Sent) : (answers[0] as Sent);
    },
    every: () => () => {},
    everyMs: 1,
    onTrouble: (reason) => told.push(reason),
  });
  return { exporter, told, sizes };
}

test('a collector that is gone costs a bounded number of spans in memory and one word', async () => {
  const { exporter, told } = open([{ kind: 'later', reason: 'gone' }]);
  for (let count = 0; count < 5000; count++) exporter.add(span);
  await exporter.close();
  expect(exporter.counts()).toEqual({ written: 0, dropped: 5000, failed: 0 });
  expect(told).toEqual(['gone']);
});

test('a collector that comes back gets what waited', async () => {
  const { exporter, told, sizes } = open([{ kind: 'later', reason: 'gone' }, { kind: 'ok' }]);
  for (let count = 0; count < 600; count++) exporter.add(span);
  await new Promise((resolve) => setImmediate(resolve));
  expect(exporter.counts().written).toBe(0);
  await exporter.close();
  expect(exporter.counts()).toEqual({ written: 600, dropped: 0, failed: 0 });
  expect(sizes).toEqual([512, 512, 88]);
  expect(told).toEqual(['gone']);
});

test('what a collector refuses is not sent again', async () => {
  const { exporter } = open([{ kind: 'refused', reason: 'status 400' }]);
  exporter.add(span);
  await exporter.close();
  expect(exporter.counts()).toEqual({ written: 0, dropped: 0, failed: 1 });
});
