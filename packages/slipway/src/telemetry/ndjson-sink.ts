import { open } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { type EventSink, fail, type PredictionEvents } from '@slipway/core';
import { makeFolder } from '../system/make-folder.ts';
import { type Every, everyInterval } from '../system/timers.ts';
import { type BufferedFileCounts, createBufferedFile } from './buffered-file.ts';

export interface NdjsonSinkOptions {
  /** Made with its folder where it is not there; events are appended. */
  readonly file: string;
  readonly flushMs: number;
  /** Bytes that may wait for the disk; events beyond are dropped and counted. */
  readonly waitingBytesMax?: number;
  readonly every?: Every;
  /** Told of the first failed write, and again after writes have worked in between. */
  readonly onError: (error: Error) => void;
}

/** An event sink that knows what became of its events. */
export interface NdjsonSink extends EventSink {
  counts(): BufferedFileCounts;
  /** Writes what waits before it returns: for the end of a process. */
  flushNow(): void;
}

const defaultWaitingBytesMax = 32 * 1024 * 1024;
const openFile = promisify(open);

/**
 * Appends each event as one line of JSON. What it is asked to write it takes or drops at once; the disk is never
 * waited for. Raises OUTPUT_NOT_WRITABLE where the file cannot be opened.
 */
export async function openNdjsonSink(options: NdjsonSinkOptions): Promise<NdjsonSink> {
  const file = createBufferedFile({
    descriptor: await openForAppend(options.file),
    flushMs: options.flushMs,
    waitingBytesMax: options.waitingBytesMax ?? defaultWaitingBytesMax,
    every: options.every ?? everyInterval,
    onError: options.onError,
  });
  return {
    write(events) {
      for (let index = 0; index < events.count; index++) {
        const line = lineOf(events, index, options.onError);
        if (line !== null) file.write(line);
      }
    },
    flush: () => file.flush(),
    flushNow: () => file.flushNow(),
    close: () => file.close(),
    counts: () => file.counts(),
  };
}

/** An event that cannot be written as JSON is our own mistake; it must not cost the caller the answer. */
function lineOf(events: PredictionEvents, index: number, onError: (error: Error) => void): string | null {
  try {
    return `${events.text === undefined ? JSON.stringify(events.event(index)) : events.text(index)}\n`;
  } catch (error) {
    onError(error as Error);
    return null;
  }
}

async function openForAppend(file: string): Promise<number> {
  try {
    await makeFolder(dirname(file));
    return await openFile(file, 'a');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw fail('OUTPUT_NOT_WRITABLE', { message: `Events cannot be written: ${reason}.`, where: file, cause });
  }
}
