import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { fail, isSlipwayError, type SlipwayError } from '@slipway/core';
import type { BatchFile } from './file-format.ts';

/** Large enough that the system call costs little beside the bytes, small enough to stay in the processor's cache. */
const chunkBytes = 256 * 1024;

/**
 * The bytes of a file, decompressed, chunk by chunk; a chunk is valid until the next one is asked for. `onRaw` sees
 * the bytes as they lie on the disk. Raises what reading raises, and INPUT_FORMAT for a file that is not gzip.
 */
export async function* readChunks(
  file: BatchFile,
  onRaw: (bytes: Uint8Array) => void = () => {},
): AsyncGenerator<Uint8Array> {
  if (file.gzip) yield* unzipped(file.path, onRaw);
  else yield* plain(file.path, onRaw);
}

/**
 * One buffer for the whole file: fresh ones would be a gigabyte of garbage for a gigabyte of file. A chunk that the
 * system has read ahead comes in a fraction of the time that a thread's answer takes, so it is read here and now; other
 * work of this thread has its turn behind each.
 */
async function* plain(path: string, onRaw: (bytes: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(chunkBytes);
  const descriptor = openSync(path, 'r');
  try {
    for (;;) {
      const bytesRead = readSync(descriptor, buffer);
      if (bytesRead === 0) return;
      const chunk = buffer.subarray(0, bytesRead);
      onRaw(chunk);
      yield chunk;
      await setImmediate();
    }
  } finally {
    closeSync(descriptor);
  }
}

async function* unzipped(path: string, onRaw: (bytes: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  const raw = createReadStream(path, { highWaterMark: chunkBytes });
  const unzip = createGunzip({ chunkSize: chunkBytes });
  raw.on('data', (bytes) => onRaw(bytes as Buffer));
  raw.on('error', (error) => unzip.destroy(error));
  try {
    yield* raw.pipe(unzip);
  } catch (cause) {
    throw unreadable(path, true, cause);
  } finally {
    raw.destroy();
  }
}

/** A file that cannot be read to its end: the disk's trouble, or, of a compressed file, most likely its own. */
export function unreadable(path: string, gzip: boolean, cause: unknown): SlipwayError {
  if (isSlipwayError(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (gzip) return notGzip(path, reason, cause);
  return fail('BATCH_FAILED', { message: `The file cannot be read: ${reason}.`, where: path, cause });
}

function notGzip(path: string, reason: string, cause: unknown): SlipwayError {
  if (reason === 'incorrect header check') {
    const message = 'The file is not gzip, though its name says so.';
    return fail('INPUT_FORMAT', { message, where: path, hint: 'Take .gz off its name, or compress it.', cause });
  }
  const message =
    reason === 'unexpected end of file' ? 'The gzip file is cut short.' : `The gzip file is damaged: ${reason}.`;
  return fail('INPUT_FORMAT', {
    message,
    where: path,
    hint: 'Copy or make it again; `gzip -t` tells whether it is whole.',
    cause,
  });
}
