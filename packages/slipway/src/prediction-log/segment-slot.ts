import type { Clock } from '@slipway/core';
import { segmentName } from './log-files.ts';
import { openSegment, type Segment } from './segment.ts';

export interface SegmentSlotOptions {
  readonly segments: string;
  readonly token: string;
  readonly clock: Clock;
  readonly segmentBytesMax: number;
  readonly segmentAgeMsMax: number;
  /** Told of what cannot be opened. */
  failed(lost: number, error: unknown): void;
  /** Told how many records the disk did not keep. */
  takeBack(lost: number, error: unknown): void;
}

/** The one segment that is written to, and its successors. */
export function createSegmentSlot(options: SegmentSlotOptions) {
  const { clock, segments, token, segmentBytesMax, segmentAgeMsMax, failed, takeBack } = options;
  let sequence = 0;
  let turnedMs = clock.monotonicMs();
  let segment: Segment | null = null;

  async function seal(old: Segment): Promise<void> {
    // A write that comes meanwhile finds no segment, and opens its own.
    if (segment === old) segment = null;
    await old.seal().catch((error: unknown) => takeBack(old.giveUp(), error));
  }

  return {
    /** The segment to write to; null, with the failure told, where none can be opened. */
    open(): Segment | null {
      try {
        segment ??= openSegment(segments, segmentName(clock.wallMs(), token, sequence++), clock.monotonicMs());
        return segment;
      } catch (error) {
        failed(0, error);
        return null;
      }
    },
    async sync(): Promise<void> {
      const current = segment;
      await current?.sync().catch(async (error: unknown) => {
        takeBack(current.giveUp(), error);
        // After a failed sync nobody knows what the file holds.
        await seal(current);
      });
    },
    syncNow(): void {
      try {
        segment?.syncNow();
      } catch (error) {
        takeBack(segment?.giveUp() ?? 0, error);
      }
    },
    /**
     * Seals a segment that is large or old, and one that another took for that of a dead process: what was not synced
     * into it counts as lost.
     */
    async renew(): Promise<void> {
      const nowMs = clock.monotonicMs();
      const stoodStill = nowMs - turnedMs >= segmentAgeMsMax;
      turnedMs = nowMs;
      const current = segment;
      if (current === null) return;
      const isOwn = await current.demandOwn().then(
        () => true,
        (error: unknown) => {
          takeBack(current.giveUp(), error);
          return false;
        },
      );
      const isOld = nowMs - current.openedMs >= segmentAgeMsMax;
      if (!isOwn || stoodStill || isOld || current.bytes() >= segmentBytesMax) await seal(current);
    },
    unsynced: () => segment?.unsynced() ?? 0,
    async close(): Promise<void> {
      if (segment !== null) await seal(segment);
    },
  };
}
