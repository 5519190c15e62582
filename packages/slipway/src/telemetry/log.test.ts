import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LogOptions, openLog } from './log.ts';

let folder: string;
let file: string;
let descriptor: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-log-'));
  file = join(folder, 'log');
  descriptor = openSync(file, 'a');
});
afterEach(() => {
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

function open(options: Partial<LogOptions> = {}) {
  const wallMs = () => Date.UTC(2026, 10, 24, 10, 30);
  const logging = openLog({ level: 'info', descriptor, format: 'json', wallMs, every: () => () => {}, ...options });
  const lines = () => {
    logging.flushNow();
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  };
  return { ...logging, lines };
}

test('a line is one JSON document with level, time, bound fields, fields and message', () => {
  const { log, lines } = open();
  log.child({ route: 'POST /predict' }).info({ status: 200 }, 'answered');
  expect(lines()).toEqual([
    '{"level":"info","time":"2026-11-24T10:30:00.000Z","route":"POST /predict","status":200,"msg":"answered"}',
  ]);
});

test('the short way writes the same line as the long one', () => {
  const { log, lines } = open();
  const route = log.child({ route: 'POST /predict' });
  for (const request of ['abc-1', 'a"b\\c']) {
    route.answered(request, 0.25, 3);
    route.info({ request, status: 200, ms: 0.25, records: 3 }, 'answered');
  }
  const [first, second, third, fourth] = lines();
  expect(first).toBe(second);
  expect(third).toBe(fourth);
  expect(JSON.parse(third as string).request).toBe('a"b\\c');
});

test('levels below the wanted one are not written, by either way', () => {
  const { log, lines } = open({ level: 'warn' });
  log.answered('abc', 1, 1);
  log.info({}, 'no');
  log.debug({}, 'no');
  log.warn({}, 'yes');
  log.child({ a: 1 }).error({}, 'yes too');
  expect(lines().map((line) => JSON.parse(line).msg)).toEqual(['yes', 'yes too']);
});

test('an error is written with its stack and its cause', () => {
  const { log, lines } = open();
  log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
  expect(JSON.parse(lines()[0] as string).err).toMatchObject({
    message: expect.stringContaining('outer'),
    stack: expect.stringMatching(/outer[\s\S]*inner/),
  });
});

test('text is for people: time of day, level, message and fields', () => {
  const { log, lines } = open({ format: 'text' });
  log.info({ route: 'POST /predict', status: 200, issues: ['a: type'] }, 'answered');
  expect(lines()).toEqual(['10:30:00.000 info  answered  route="POST /predict"  status=200  issues=["a: type"]']);
});

test('lines are counted', async () => {
  const { log, counts, flush } = open();
  log.info({}, 'one');
  log.info({}, 'two');
  await flush();
  expect(counts()).toEqual({ written: 2, dropped: 0, failed: 0 });
});
