import { randomBytes } from 'node:crypto';
import type { Clock } from '@slipway/core';
import { createLineChunks, type LineChunk, type LineMaker, type LineSeal } from '../system/line-chunks.ts';
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

/** Lines on their way into segments, one turn at a time; and what became of them. */
export function createLogWriter(options: LogWriterOptions) {
  const { clock, syncMs } = options;
  const losses = createLosses(options.onError);
  const lines = createWaitingLines(options, losses);
  let syncedMs = clock.monotonicMs();
  let turning: Promise<void> | null = null;

  async function makeTurn(isSync: boolean): Promise<void> {
    await lines.write();
    if (!isSync) return;
    syncedMs = clock.monotonicMs();
    await lines.sync();
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
    while (turning !== null || !lines.isSynced());
  }

  return {
    counts: losses.counts,
    failed: losses.failed,
    add: lines.add,
    addMade: lines.addMade,
    flush,
    writeNow: lines.writeNow,
    start() {
      if (turning === null && lines.hasFullChunk()) void turn(false);
    },
    tick() {
      if (turning === null) void turn(clock.monotonicMs() - syncedMs >= syncMs);
    },
    flushNow() {
      lines.writeNow();
      lines.syncNow();
    },
    async close() {
      await flush();
      await lines.close();
    },
  };
}

/** Lines that wait, and the segment that they go into; every one of them is accounted for. */
function createWaitingLines(options: LogWriterOptions, { wrote, failed, takeBack }: Losses) {
  const lines = createLineChunks(options.waitingBytesMax, options.seal);
  const slot = createSegmentSlot({ ...options, token: randomBytes(4).toString('hex'), failed, takeBack });
  let waiting = 0;

  function account(chunks: readonly LineChunk[], { lost, error }: Appended): void {
    const all = linesOf(chunks);
    waiting -= all;
    wrote(all, lost, error);
    lines.giveBack(chunks);
  }

  return {
    /** Takes a line, or answers false where too much waits. */
    add(line: string): boolean {
      if (waiting >= options.waitingEventsMax || !lines.add(line)) return false;
      waiting += 1;
      return true;
    },
    /** Takes a line that its maker writes; `full` where too much waits. */
    addMade(made: LineMaker, index: number, bytesMax: number): 'added' | 'full' | 'unmade' {
      if (waiting >= options.waitingEventsMax) return 'full';
      const became = lines.addMade(made, index, bytesMax);
      if (became === 'added') waiting += 1;
      return became;
    },
    async write(): Promise<void> {
      await slot.renew();
      if (lines.isEmpty()) return;
      do {
        const chunks = lines.takeAll();
        const into = slot.open();
        account(chunks, into === null ? noSegment(chunks) : await into.append(chunks));
        await slot.renew();
      } while (lines.hasFullChunk());
    },
    writeNow(): void {
      const chunks = lines.takeAll();
      if (chunks.length > 0) account(chunks, slot.open()?.appendNow(chunks) ?? noSegment(chunks));
    },
    sync: slot.sync,
    syncNow: slot.syncNow,
    close: slot.close,
    hasFullChunk: lines.hasFullChunk,
    isSynced: () => lines.isEmpty() && slot.unsynced() === 0,
  };
}

type Losses = ReturnType<typeof createLosses>;

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
