import { randomBytes } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import type { Clock, EventSink } from '@slipway/core';
import { fail } from '@slipway/core';
import { createLineChunks, type LineChunk } from '../system/line-chunks.ts';
import { makeFolder } from '../system/make-folder.ts';
import { type Every, everyInterval } from '../system/timers.ts';
import { logPlaces, segmentName } from './log-files.ts';
import { compilePolicy, keepAll, type LogPolicy } from './policy.ts';
import { recordSeal } from './record-line.ts';
import { type Appended, openSegment, type Segment } from './segment.ts';

export interface LogSinkOptions {
  /** The log folder; made where it is not there. Any number of processes may write into one. */
  readonly folder: string;
  readonly clock: Clock;
  readonly policy?: LogPolicy;
  /** How often what waits is handed to the operating system: what a killed process loses at most. */
  readonly flushMs?: number;
  /** How often the disk is made to keep it: what a machine without power loses at most. */
  readonly syncMs?: number;
  readonly waitingBytesMax?: number;
  readonly waitingEventsMax?: number;
  readonly segmentBytesMax?: number;
  readonly segmentAgeMsMax?: number;
  readonly every?: Every;
  /** Told of the first failure, and again after writes have worked in between. */
  readonly onError: (error: Error) => void;
}

/** What became of events. */
export interface LogCounts {
  /** Handed to the operating system. */
  readonly written: number;
  /** Dropped because too much waited for the disk. */
  readonly dropped: number;
  /** Lost because a write failed, or the event could not be made into JSON. */
  readonly failed: number;
  /** Left out by sampling. */
  readonly unsampled: number;
  /** Written with fields emptied, because they were too large. */
  readonly cut: number;
}

export interface LogSink extends EventSink {
  counts(): LogCounts;
  /** Hands what waits to the operating system before it returns. */
  writeNow(): void;
  /** The same, and the disk keeps it: for the end of a process. */
  flushNow(): void;
}

export const logDefaults = {
  flushMs: 200,
  syncMs: 1000,
  waitingBytesMax: 32 * 1024 * 1024,
  waitingEventsMax: 200_000,
  segmentBytesMax: 64 * 1024 * 1024,
  segmentAgeMsMax: 600_000,
} as const;

/**
 * The durable sink: each event is a line with its checksum in a segment that this process alone writes. `write` puts it
 * into memory or drops it, at once; a timer does the rest. Raises OUTPUT_NOT_WRITABLE where the folder cannot be used.
 */
export async function openLogSink(options: LogSinkOptions): Promise<LogSink> {
  const settings = { ...logDefaults, ...options };
  const { clock, onError, waitingEventsMax } = settings;
  const policy = options.policy ?? keepAll;
  const lineOf = compilePolicy(policy);
  const { segments } = logPlaces(options.folder);
  await prepare(segments, options.folder);
  const token = randomBytes(4).toString('hex');
  const lines = createLineChunks(settings.waitingBytesMax, recordSeal(policy.share));
  const counts = { written: 0, dropped: 0, failed: 0, unsampled: 0, cut: 0 };
  let sequence = 0;
  let waiting = 0;
  let failing = false;
  let segment: Segment | null = null;
  let syncedMs = clock.monotonicMs();
  let turnedMs = syncedMs;
  let turning: Promise<void> | null = null;
  const stopTimer = (options.every ?? everyInterval)(settings.flushMs, () => {
    if (turning === null) void turn(clock.monotonicMs() - syncedMs >= settings.syncMs);
  });

  function failed(lost: number, error: unknown): void {
    counts.failed += lost;
    if (!failing) onError(error instanceof Error ? error : new Error(String(error)));
    failing = true;
  }

  /** The segment to write to; null, with the failure told, where none can be opened. */
  function openNow(): Segment | null {
    try {
      segment ??= openSegment(segments, segmentName(clock.wallMs(), token, sequence++), clock.monotonicMs());
      return segment;
    } catch (error) {
      failed(0, error);
      return null;
    }
  }

  function account(chunks: readonly LineChunk[], lost: number, error: Error | null): void {
    const all = linesOf(chunks);
    waiting -= all;
    counts.written += all - lost;
    if (lost > 0) failed(lost, error);
    else if (all > 0) failing = false;
    lines.giveBack(chunks);
  }

  async function writeWaiting(): Promise<void> {
    do {
      const chunks = lines.takeAll();
      const into = openNow();
      const { lost, error } = into === null ? noSegment(chunks) : await into.append(chunks);
      account(chunks, lost, error);
      if (into !== null && into.bytes() >= settings.segmentBytesMax) await seal(into);
    } while (lines.hasFullChunk());
  }

  async function seal(old: Segment): Promise<void> {
    // A write that comes meanwhile finds no segment, and opens its own.
    if (segment === old) segment = null;
    await old.seal().catch((error: unknown) => failed(takeBack(old), error));
  }

  /** Events that the operating system took and the disk did not. */
  function takeBack(old: Segment): number {
    const lost = old.giveUp();
    counts.written -= lost;
    return lost;
  }

  async function sync(): Promise<void> {
    syncedMs = clock.monotonicMs();
    const current = segment;
    if (current === null) return;
    try {
      await current.sync();
    } catch (error) {
      failed(takeBack(current), error);
      // After a failed sync nobody knows what the file holds.
      await seal(current);
    }
  }

  /** A process that stood still so long may find its segment taken for one of a dead process: it starts another. */
  async function renew(): Promise<void> {
    const nowMs = clock.monotonicMs();
    const current = segment;
    const isOld = current !== null && nowMs - current.openedMs >= settings.segmentAgeMsMax;
    if (current !== null && (isOld || nowMs - turnedMs >= settings.segmentAgeMsMax)) await seal(current);
    turnedMs = nowMs;
  }

  function turn(isSync: boolean): Promise<void> {
    turning ??= (async () => {
      await renew();
      if (!lines.isEmpty()) await writeWaiting();
      if (isSync) await sync();
    })().finally(() => {
      turning = null;
    });
    return turning;
  }

  async function flush(): Promise<void> {
    if (turning !== null) await turning;
    await turn(true);
    // Somebody else's turn may have been under way, without a sync or with older events only.
    while (turning !== null || !lines.isEmpty() || (segment !== null && segment.unsynced() > 0)) await turn(true);
  }

  function writeNow(): void {
    const chunks = lines.takeAll();
    if (chunks.length === 0) return;
    const into = openNow();
    const { lost, error } = into?.appendNow(chunks) ?? noSegment(chunks);
    account(chunks, lost, error);
  }

  return {
    write(events) {
      for (let index = 0; index < events.count; index++) {
        try {
          const line = lineOf(events, index, () => {
            counts.cut += 1;
          });
          if (line === null) counts.unsampled += 1;
          else if (waiting < waitingEventsMax && lines.add(line)) waiting += 1;
          else counts.dropped += 1;
        } catch (error) {
          // An event that cannot be written as JSON is our own mistake; it must not cost the caller the answer.
          failed(1, error);
        }
      }
      if (turning === null && lines.hasFullChunk()) void turn(false);
    },
    flush,
    writeNow,
    flushNow() {
      writeNow();
      segment?.syncNow();
    },
    async close() {
      stopTimer();
      await flush();
      if (segment !== null) await seal(segment);
    },
    counts: () => ({ ...counts }),
  };
}

async function prepare(segments: string, folder: string): Promise<void> {
  try {
    await makeFolder(segments);
    await access(segments, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw fail('OUTPUT_NOT_WRITABLE', {
      message: `The prediction log cannot be written: ${reason}.`,
      where: folder,
      cause,
    });
  }
}

function noSegment(chunks: readonly LineChunk[]): Appended {
  return { lost: linesOf(chunks), error: new Error('No segment can be opened.') };
}

function linesOf(chunks: readonly LineChunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.lines, 0);
}
