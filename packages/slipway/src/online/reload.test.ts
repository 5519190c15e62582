import { fail, parseLaunch } from '@slipway/core';
import { learnerLaunch } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { type LogLine, memoryLog, openTestServer, type TestModel, testModel } from './fixtures/open-test-server.ts';
import { reloadOnChange } from './reload.ts';

const modelOf = (version: string) => testModel(parseLaunch(learnerLaunch.replace('1.0.0', version), 'launch.yaml'));

/** A reload whose files, watcher and openings are in the hands of the test. */
function startReload({ changedBefore = false } = {}) {
  const { repository, put } = openTestServer({ empty: true });
  const lines: LogLine[] = [];
  const openings: { resolve(model: TestModel): void; reject(error: Error): void }[] = [];
  const watches: { files: readonly string[]; change: () => void; stopped: boolean }[] = [];
  const first = modelOf('1.0.0');
  put(first);
  const [entry] = repository.entries();
  if (entry === undefined) throw new Error('The model was put into service.');
  const { slot } = entry;
  const troubles: (string | null)[] = [];
  const end = reloadOnChange(
    {
      slot,
      log: memoryLog(lines),
      trouble: (error) => troubles.push(error?.code ?? null),
      open: () => new Promise<TestModel>((resolve, reject) => openings.push({ resolve, reject })),
      filesOf: (model) => ['launch.yaml', `${model.launch.version}.onnx`],
      watch: (files, change) => {
        const watch = { files, change, stopped: false };
        watches.push(watch);
        return () => {
          watch.stopped = true;
        };
      },
      changedBefore: async () => changedBefore,
    },
    first,
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { troubles, lines, openings, watches, first, end, settle, served: () => slot.current()?.model.launch.version };
}

test('a change is served when it is open, and its own files are watched from then on', async () => {
  const { openings, watches, settle, served, first } = startReload();
  watches[0]?.change();
  expect(served()).toBe('1.0.0');
  openings[0]?.resolve(modelOf('1.1.0'));
  await settle();
  expect(served()).toBe('1.1.0');
  expect(first.closed.count).toBe(1);
  expect(watches.map(({ files, stopped }) => [files[1], stopped])).toEqual([
    ['1.0.0.onnx', true],
    ['1.1.0.onnx', false],
  ]);
});

test('a change that cannot be opened leaves what was, and says why; the next one is served again', async () => {
  const { openings, watches, settle, served, lines, troubles } = startReload();
  watches[0]?.change();
  openings[0]?.reject(fail('LAUNCH_SYNTAX', { message: 'It is no YAML.', where: 'launch.yaml:3:1' }));
  await settle();
  expect(served()).toBe('1.0.0');
  expect(lines[0]?.fields).toMatchObject({ code: 'LAUNCH_SYNTAX', reason: 'It is no YAML.', where: 'launch.yaml:3:1' });
  watches[0]?.change();
  openings[1]?.resolve(modelOf('1.1.0'));
  await settle();
  expect(served()).toBe('1.1.0');
  expect(troubles).toEqual(['LAUNCH_SYNTAX', null]);
});

test('changes during an opening are opened once more, after it', async () => {
  const { openings, watches, settle, served } = startReload();
  watches[0]?.change();
  watches[0]?.change();
  watches[0]?.change();
  expect(openings).toHaveLength(1);
  openings[0]?.resolve(modelOf('1.0.0'));
  await settle();
  expect(openings).toHaveLength(2);
  openings[1]?.resolve(modelOf('1.2.0'));
  await settle();
  expect(openings).toHaveLength(2);
  expect(served()).toBe('1.2.0');
});

test('what changed while the first model opened is not missed', async () => {
  const { openings, settle } = startReload({ changedBefore: true });
  await settle();
  expect(openings).toHaveLength(1);
});

test('after the end nothing is watched, and a model that opens late is closed', async () => {
  const { openings, watches, end, settle, served } = startReload();
  watches[0]?.change();
  end();
  const late = modelOf('1.1.0');
  openings[0]?.resolve(late);
  await settle();
  expect(served()).toBe('1.0.0');
  expect(late.closed.count).toBe(1);
  expect(watches[0]?.stopped).toBe(true);
});
