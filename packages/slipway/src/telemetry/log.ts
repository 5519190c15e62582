import { valueText } from '@slipway/core';
import { type Logger, pino } from 'pino';
import { type Every, everyInterval } from '../system/timers.ts';
import { type BufferedFileCounts, createBufferedFile } from './buffered-file.ts';
import { logText } from './log-text.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof logLevels)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** An open descriptor; 2 is stderr. */
  readonly descriptor: number;
  /** Lines of JSON for programs, lines of text for people. */
  readonly format: 'json' | 'text';
  readonly wallMs: () => number;
  readonly every?: Every;
}

/** A pino log with a short way for the line that a busy server writes most. */
export interface Log {
  child(fields: object): Log;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** `info({ request, status: 200, ms, records }, 'answered')`, in a third of the time. */
  answered(request: string, ms: number, records: number, more?: object): void;
}

export interface OpenLog {
  readonly log: Log;
  counts(): BufferedFileCounts;
  flush(): Promise<void>;
  /** Writes what waits before it returns: for the end of a process. */
  flushNow(): void;
}

/** How long a line may wait for its neighbours: a write for each costs a server more than what it logs. */
const flushMs = 100;
const waitingBytesMax = 4 * 1024 * 1024;

/** A pino log that never makes its caller wait for a slow reader: lines beyond a bound are dropped and counted. */
export function openLog({ level, descriptor, format, wallMs, every = everyInterval }: LogOptions): OpenLog {
  // Where the log itself cannot be written, there is nobody left to tell; the counts are in the metrics.
  const onError = () => {};
  const file = createBufferedFile({ descriptor, flushMs, waitingBytesMax, every, onError });
  const write = format === 'json' ? file.write : (line: string) => file.write(logText(line));
  const timestamp = isoTime(wallMs);
  const formatters = { level: (label: string) => ({ level: label }) };
  const log = logOf(pino({ level, base: null, timestamp, formatters }, { write }), {});
  return { log, counts: file.counts, flush: file.flush, flushNow: file.flushNow };

  function logOf(logger: Logger, bound: object): Log {
    const fields = JSON.stringify(bound).slice(1, -1);
    const between = fields === '' ? '' : `,${fields}`;
    const isOn = logger.isLevelEnabled('info');
    return {
      child: (more) => logOf(logger.child(more), { ...bound, ...more }),
      debug: (line, message) => logger.debug(line, message),
      info: (line, message) => logger.info(line, message),
      warn: (line, message) => logger.warn(line, message),
      error: (line, message) => logger.error(line, message),
      answered(request, ms, records, more) {
        if (!isOn) return;
        const facts = `"request":${valueText(request)},"status":200,"ms":${ms},"records":${records}`;
        const besides = more === undefined ? '' : `,${JSON.stringify(more).slice(1, -1)}`;
        write(`{"level":"info"${timestamp()}${between},${facts}${besides},"msg":"answered"}\n`);
      },
    };
  }
}

/** ISO 8601, made once a millisecond: a busy server logs many lines in one. */
function isoTime(wallMs: () => number): () => string {
  let lastMs = -1;
  let text = '';
  return () => {
    const ms = wallMs();
    if (ms !== lastMs) {
      lastMs = ms;
      text = `,"time":"${new Date(ms).toISOString()}"`;
    }
    return text;
  };
}
