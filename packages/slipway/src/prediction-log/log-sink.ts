import { access, constants } from 'node:fs/promises';
import type { Clock, EventSink } from '@slipway/core';
import { fail } from '@slipway/core';
import { makeFolder } from '../system/make-folder.ts';
import { type Every, everyInterval } from '../system/timers.ts';
import { rememberKey } from './key-check.ts';
import { type LogPlaces, logPlaces } from './log-files.ts';
import { createLogWriter } from './log-writer.ts';
import { compilePolicy, keepAll, keepsAsIs, type LogPolicy } from './policy.ts';
import { recordSeal } from './record-line.ts';

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
  /** Lost because a write failed, another took the segment, or the event is too large or could not be made into JSON. */
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

const logDefaults = {
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
  const policy = options.policy ?? keepAll;
  const lineOf = compilePolicy(policy);
  const asIs = keepsAsIs(policy);
  const places = logPlaces(options.folder);
  const { segments } = places;
  await prepare(places, policy);
  const writer = createLogWriter({ ...settings, segments, seal: recordSeal(policy.share) });
  const { counts } = writer;
  const stopTimer = (options.every ?? everyInterval)(settings.flushMs, writer.tick);
  const onCut = () => {
    counts.cut += 1;
  };
  return {
    write(events) {
      for (let index = 0; index < events.count; index++) {
        try {
          const made = asIs ? writer.addMade(events, index, policy.eventLengthMax) : 'unmade';
          if (made === 'full') counts.dropped += 1;
          if (made !== 'unmade') continue;
          const line = lineOf(events, index, onCut);
          if (line === null) counts.unsampled += 1;
          else if (!writer.add(line)) counts.dropped += 1;
        } catch (error) {
          // An event too large, or none that JSON can write: it must not cost the caller the answer.
          writer.failed(1, error);
        }
      }
      writer.start();
    },
    flush: writer.flush,
    writeNow: writer.writeNow,
    flushNow: writer.flushNow,
    async close() {
      stopTimer();
      await writer.close();
    },
    counts: () => ({ ...counts }),
  };
}

async function prepare(places: LogPlaces, { hash, key }: LogPolicy): Promise<void> {
  const { segments, folder } = places;
  try {
    await makeFolder(segments);
    await access(segments, constants.W_OK);
    if (hash.includes('unit') && key !== null) await rememberKey(places, key);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw fail('OUTPUT_NOT_WRITABLE', {
      message: `The prediction log cannot be written: ${reason}.`,
      where: folder,
      cause,
    });
  }
}
