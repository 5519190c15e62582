import { fail, isSlipwayError } from '@slipway/core';
import { type LogPlaces, listDayFiles } from './log-files.ts';

/**
 * Runs a change of the log. A failure of the disk or the engine becomes OUTPUT_NOT_WRITABLE, and one to read a compacted
 * file LOG_CORRUPT; `what` says in the message what could not be done: `compacted`.
 */
export async function tellingFailures<T>(places: LogPlaces, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw await failureOf(places, what, cause);
  }
}

async function failureOf(places: LogPlaces, what: string, cause: unknown): Promise<unknown> {
  // A broken assumption of our own is no failure of the disk.
  if (isSlipwayError(cause) || !(cause instanceof Error) || cause instanceof TypeError) return cause;
  const { message } = cause;
  const damaged = (await listDayFiles(places)).find(({ file }) => message.includes(file));
  if (damaged !== undefined && !/no space|ENOSPC|EDQUOT/i.test(message)) {
    return fail('LOG_CORRUPT', {
      message: `A compacted file cannot be read: ${message}`,
      where: damaged.file,
      cause,
    });
  }
  return fail('OUTPUT_NOT_WRITABLE', {
    message: `The prediction log cannot be ${what}: ${message}`,
    where: places.folder,
    hint: 'Look to its disk (a round of compaction needs about the room of its segments), then run the same command again. No prediction is lost.',
    cause,
  });
}
