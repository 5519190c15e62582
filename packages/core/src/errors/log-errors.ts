import type { ErrorEntry } from './error-entry.ts';

/** Errors of the prediction log. A part of the registry of errors. */
export const logErrors = {
  LOG_NOT_FOUND: {
    kind: 'not_found',
    summary: 'There is no prediction log in the folder, or no prediction of that id in it.',
    hint: 'Name the folder with `--log` or SLIPWAY_LOG; `slipway log status` shows what is there.',
  },
  LOG_BUSY: {
    kind: 'unavailable',
    summary: 'Another process compacts the prediction log, or erases from it.',
    hint: 'Try again when it has ended; writers are not held up.',
  },
  LOG_QUERY: {
    kind: 'invalid',
    summary: 'A query of the prediction log is wrong, does more than read, or asks for other files.',
    hint: "Write one SELECT from `predictions`, such as: select inputs->>'hours' from predictions.",
  },
  LOG_CORRUPT: {
    kind: 'corrupt',
    summary: 'A compacted file of the prediction log is damaged.',
    hint: 'Move the file that the message names out of the log, or restore it from a backup.',
  },
  LOG_REDACTED: {
    kind: 'conflict',
    summary: 'A logged prediction cannot be run again: some of its inputs were left out, hashed or cut.',
    hint: 'Log the fields that the message names, or replay another prediction.',
  },
} as const satisfies Record<string, ErrorEntry>;
