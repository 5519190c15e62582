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
function skewedLog(random: Random) {
  const pick = picker(random);
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

  async function seal(): Promise<void> {
    for (const sink of sinks) await sink.close();
    sinks = [];
  }

  return {
    expected,
    seal,
    forget(unit: string): void {
      for (const [id, of] of expected) if (of === unit) expected.delete(id);
    },
    async write(unit: string): Promise<void> {
      const sink = sinks.length > 0 && random.next() < 0.7 ? pick(sinks) : await newSink();
      const event = { ...someEvent(made), id: `id-${made++}`, unit, at: new Date(clockMs()).toISOString() };
      sink.write({ count: 1, event: () => event });
      await sink.flush();
      expected.set(event.id, unit);
    },
    erase: (unit: string) => eraseUnit({ folder, unit, key: null, nowMs: clockMs(), dryRun: false }),
    compact: () => compactLog({ folder, nowMs: clockMs(), keepMs: null, bytesMax: null, lockWaitMs: 10_000 }),
    ids: async () => (await queryLog(folder, 'select id from predictions')).rows.map(String).sort(),
    /** The log as it would be found after a kill of `work` before one of its calls; the lock of the killed ends with it. */
    async kill(work: () => Promise<unknown>): Promise<void> {
      await seal();
      await stoppedAt(1 + Math.floor(random.next() * 40), work);
      const copy = `${folder}-k`;
      onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
      cpSync(folder, copy, { recursive: true });
      folder = copy;
    },
  };
}

function picker(random: Random) {
  return <T>(all: readonly T[]): T => all[Math.floor(random.next() * all.length)] as T;
}

type SkewedLog = ReturnType<typeof skewedLog>;

/** What may happen next; the more often named, the more often it does. */
const steps: readonly (readonly [string, (log: SkewedLog, unit: string) => Promise<unknown>])[] = [
  ['write', (log, unit) => log.write(unit)],
  ['write', (log, unit) => log.write(unit)],
  ['write', (log, unit) => log.write(unit)],
  ['seal', (log) => log.seal()],
  ['compact', (log) => log.compact()],
  [
    'erase',
    async (log, unit) => {
      const count = [...log.expected.values()].filter((of) => of === unit).length;
      expect((await log.erase(unit)).predictions).toBe(count);
      log.forget(unit);
    },
  ],
  [
    'erase, compact and read at once',
    async (log, unit) => {
      const others = [...log.expected].filter(([, of]) => of !== unit).map(([id]) => id);
      const [, , seen] = await Promise.all([log.compact(), log.erase(unit), log.ids()]);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining(others));
      log.forget(unit);
    },
  ],
  ['killed compaction', (log) => log.kill(log.compact)],
  [
    'killed erasure, and again',
    async (log, unit) => {
      await log.kill(() => log.erase(unit));
      await log.erase(unit);
      log.forget(unit);
    },
  ],
];

test.each([1, 2, 3, 4, 5, 6])(
  'whatever the clocks say, an erasure takes what is there and nothing that comes (seed %i)',
  async (seed) => {
    const random = new Random(seed);
    const pick = picker(random);
    const log = skewedLog(random);
    const done: string[] = [];
    for (let count = 0; count < 16; count++) {
      const [name, step] = pick(steps);
      done.push(name);
      await step(log, pick(units));
      expect(await log.ids(), done.join('; ')).toEqual([...log.expected.keys()].sort());
    }
    await log.seal();
  },
  60_000,
);
