import { cpSync, rmSync } from 'node:fs';
import { Random } from '@slipway/testkit';
import { someEvent } from '@slipway/testkit/sink-events';
import { expect, onTestFinished, test } from 'vitest';
import { compactLog } from './compact-log.ts';
import { eraseUnit } from './erase-unit.ts';
import { logFolder, nowMs } from './fixtures/log-folder.ts';
import { stoppedAt } from './fixtures/stopped-at.ts';
import { type LogSink, openLogSink } from './log-sink.ts';
import { queryLog } from './read-log.ts';

const units = ['ana', 'ben', 'cleo'];
/** Clocks of hosts, of which none is right. */
const skewsMs = [0, 1, -1, 3_600_000, -3_600_000, 40 * 86_400_000, -40 * 86_400_000];

/**
 * A log that several hosts write, whose clocks are wrong, and what it must hold: every prediction once, but none that was
 * there when its unit was erased.
 */
function skewedLog(seed: number) {
  const random = new Random(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random.next() * all.length)] as T;
  let { folder } = logFolder(onTestFinished);
  let sinks: LogSink[] = [];
  const expected = new Map<string, string>();
  let made = 0;
  const clockMs = () => nowMs + pick(skewsMs);

  async function newSink(): Promise<LogSink> {
    const startMs = clockMs();
    const clock = { wallMs: () => startMs, monotonicMs: () => 0 };
    const sink = await openLogSink({ folder, clock, every: () => () => {}, onError: () => {} });
    sinks.push(sink);
    return sink;
  }

  const erasing = (unit: string) => ({ folder, unit, key: null, nowMs: clockMs(), dryRun: false });
  const compacting = () => ({ folder, nowMs: clockMs(), keepMs: null, bytesMax: null, lockWaitMs: 10_000 });
  const forget = (unit: string) => {
    for (const [id, of] of expected) if (of === unit) expected.delete(id);
  };

  /** The log as it would be found after a kill of `work` before one of its steps; the lock of the killed ends with it. */
  async function killed(work: () => Promise<unknown>): Promise<void> {
    await closeAll();
    await stoppedAt(1 + Math.floor(random.next() * 40), work);
    const copy = `${folder}-k`;
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    cpSync(folder, copy, { recursive: true });
    folder = copy;
  }

  async function closeAll(): Promise<void> {
    for (const sink of sinks) await sink.close();
    sinks = [];
  }

  return {
    step: async (): Promise<string> => {
      const what = pick(['write', 'write', 'write', 'seal', 'compact', 'erase', 'both', 'killed']);
      const unit = pick(units);
      if (what === 'write') {
        const sink = sinks.length > 0 && random.next() < 0.7 ? pick(sinks) : await newSink();
        const event = { ...someEvent(made), id: `id-${made++}`, unit, at: new Date(clockMs()).toISOString() };
        sink.write({ count: 1, event: () => event });
        await sink.flush();
        expected.set(event.id, unit);
      }
      if (what === 'seal') await closeAll();
      if (what === 'compact') await compactLog(compacting());
      if (what === 'erase') {
        const count = [...expected.values()].filter((of) => of === unit).length;
        expect((await eraseUnit(erasing(unit))).predictions).toBe(count);
        forget(unit);
      }
      if (what === 'both') {
        const others = [...expected].filter(([, of]) => of !== unit).map(([id]) => id);
        const read = queryLog(folder, 'select id from predictions').then(({ rows }) => rows.map(String));
        const [, , seen] = await Promise.all([compactLog(compacting()), eraseUnit(erasing(unit)), read]);
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toEqual(expect.arrayContaining(others));
        forget(unit);
      }
      if (what === 'killed') {
        const isErasure = random.next() < 0.6;
        await killed(() => (isErasure ? eraseUnit(erasing(unit)) : compactLog(compacting())));
        // The same again finishes it.
        if (isErasure) {
          await eraseUnit(erasing(unit));
          forget(unit);
        }
      }
      return what;
    },
    async held(): Promise<readonly string[]> {
      return (await queryLog(folder, 'select id from predictions')).rows.map(String).sort();
    },
    expected: () => [...expected.keys()].sort(),
    end: closeAll,
  };
}

test.each([1, 2, 3, 4, 5, 6])(
  'whatever the clocks say, an erasure takes what is there and nothing that comes (seed %i)',
  async (seed) => {
    const log = skewedLog(seed);
    const done: string[] = [];
    for (let step = 0; step < 16; step++) {
      done.push(await log.step());
      expect(await log.held(), done.join(', ')).toEqual(log.expected());
    }
    await log.end();
  },
  60_000,
);
