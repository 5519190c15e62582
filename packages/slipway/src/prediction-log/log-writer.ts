import { randomBytes } from 'node:crypto';
import type { Clock } from '@slipway/core';
import { createLineChunks, type LineChunk, type LineSeal } from '../system/line-chunks.ts';
import type { Appended } from './segment.ts';
import { createSegmentSlot } from './segment-slot.ts';

export interface LogWriterOptions {
  readonly segments: string;
  readonly seal: LineSeal;
  readonly clock: Clock;
  readonly syncMs: number;
  readonly waitingBytesMax: number;
  readonly waitingEventsMax: number;
  readonly segmentBytesMax: number;
  readonly segmentAgeMsMax: number;
  readonly onError: (error: Error) => void;
}

/** Lines that wait, on their way into segments; and what became of them. */
export function createLogWriter(options: LogWriterOptions) {
  const { clock } = options;
  const lines = createLineChunks(options.waitingBytesMax, options.seal);
  const tally = createLosses(options.onError);
  const { counts, failed, takeBack } = tally;
  let waiting = 0;
  let syncedMs = clock.monotonicMs();
  let turning: Promise<void> | null = null;
  const slot = createSegmentSlot({ ...options, token: randomBytes(4).toString('hex'), failed, takeBack });

  function account(chunks: readonly LineChunk[], { lost, error }: Appended): void {
    const all = linesOf(chunks);
    waiting -= all;
    tally.wrote(all, lost, error);
    lines.giveBack(chunks);
  }

  async function writeWaiting(): Promise<void> {
    do {
      const chunks = lines.takeAll();
      const into = slot.open();
      account(chunks, into === null ? noSegment(chunks) : await into.append(chunks));
      if (into !== null && into.bytes() >= options.segmentBytesMax) await slot.seal(into);
    } while (lines.hasFullChunk());
  }

  async function makeTurn(isSync: boolean): Promise<void> {
    await slot.renew();
    if (!lines.isEmpty()) await writeWaiting();
    if (!isSync) return;
    syncedMs = clock.monotonicMs();
    await slot.sync();
  }

  function turn(isSync: boolean): Promise<void> {
    turning ??= makeTurn(isSync).finally(() => {
      turning = null;
    });
    return turning;
  }

  async function flush(): Promise<void> {
    if (turning !== null) await turning;
    // Somebody else's turn may have been under way, without a sync or with older events only.
    do await turn(true);
    while (turning !== null || !lines.isEmpty() || slot.unsynced() > 0);
  }

  function writeNow(): void {
    const chunks = lines.takeAll();
    if (chunks.length > 0) account(chunks, slot.open()?.appendNow(chunks) ?? noSegment(chunks));
  }

  return {
    counts,
    failed,
    flush,
    writeNow,
    /** Takes a line, or answers false where too much waits. */
    add(line: string): boolean {
      if (waiting >= options.waitingEventsMax || !lines.add(line)) return false;
      waiting += 1;
      return true;
    },
    start() {
      if (turning === null && lines.hasFullChunk()) void turn(false);
    },
    tick() {
      if (turning === null) void turn(clock.monotonicMs() - syncedMs >= options.syncMs);
    },
    flushNow() {
      writeNow();
      slot.syncNow();
    },
    async close() {
      await flush();
      await slot.close();
    },
  };
}

/** What became of events; the first failure is told, and again after writes have worked in between. */
function createLosses(onError: (error: Error) => void) {
  const counts = { written: 0, dropped: 0, failed: 0, unsampled: 0, cut: 0 };
  let failing = false;
  function failed(lost: number, error: unknown): void {
    counts.failed += lost;
    if (!failing) onError(error instanceof Error ? error : new Error(String(error)));
    failing = true;
  }
  return {
    counts,
    failed,
    /** Events that the operating system took and the disk did not. */
    takeBack(lost: number, error: unknown): void {
      counts.written -= lost;
      failed(lost, error);
    },
    wrote(all: number, lost: number, error: Error | null): void {
      counts.written += all - lost;
      if (lost > 0) failed(lost, error);
      else if (all > 0) failing = false;
    },
  };
}

function noSegment(chunks: readonly LineChunk[]): Appended {
  return { lost: linesOf(chunks), error: new Error('No segment can be opened.') };
}

function linesOf(chunks: readonly LineChunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.lines, 0);
}
