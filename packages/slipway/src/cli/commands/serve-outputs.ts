import { resolve } from 'node:path';
import type { EventSink } from '@slipway/core';
import { type OnlineLog, type OnlineMeter, outcomes, type Tracer } from '../../online/ports.ts';
import { systemClock } from '../../system/clock.ts';
import { slipwayVersion } from '../../system/version.ts';
import { type OpenLog, openLog } from '../../telemetry/log.ts';
import { type NdjsonSink, openNdjsonSink } from '../../telemetry/ndjson-sink.ts';
import { createOnlineMetrics } from '../../telemetry/online-metrics.ts';
import { openTracing } from '../../telemetry/tracing/open-tracing.ts';
import type { Io } from '../io.ts';
import { bothSinks } from './both-sinks.ts';
import { logFacts, openAskedLog } from './log-options.ts';
import type { ServeOptions } from './serve-options.ts';

/** Where a server's words, numbers and predictions go. */
export interface ServeOutputs {
  readonly log: OnlineLog;
  readonly meter: OnlineMeter;
  /** Null where the variables of OpenTelemetry name nobody who wants traces. */
  readonly tracer: Tracer | null;
  /** Null where no prediction is kept anywhere. */
  readonly sink: EventSink | null;
  /** Whether the prediction log is one of the places. */
  readonly isKept: boolean;
  /** Writes what waits, and closes. */
  close(): Promise<void>;
}

/** How long an event may wait for its neighbours on the way to the file. */
const eventsFlushMs = 500;

/** Opens them as the options want. What waits to be written is written also where the process ends without a word. */
export async function openOutputs(options: ServeOptions, io: Io): Promise<ServeOutputs> {
  const format = options.logFormat ?? (io.stderr.isTTY ? 'text' : 'json');
  const logging = openLog({ level: options.logLevel, descriptor: 2, format, wallMs: systemClock.wallMs });
  const { log } = logging;
  const file = options.events === undefined ? null : await openEvents(resolve(io.cwd, options.events), logging);
  const onLogError = (err: Error) =>
    log.error({ err }, 'the prediction log cannot be written; what is lost is counted');
  const kept = await openAskedLog(options, io, onLogError).catch(async (thrown: unknown) => {
    await file?.close();
    throw thrown;
  });
  if (kept !== null) log.info(logFacts(options, io), 'predictions are kept in the log');
  const flushNow = () => {
    file?.flushNow();
    kept?.flushNow();
    logging.flushNow();
  };
  process.on('exit', flushNow);
  const warn = (fields: object, message: string) => log.warn(fields, message);
  const tracing = openTracing({ env: io.env, version: slipwayVersion, ...systemClock, warn });
  const spans = tracing?.counts ?? null;
  const events = file === null ? null : () => file.counts();
  return {
    log,
    meter: createOnlineMetrics({
      slipwayVersion,
      outcomes,
      events,
      kept: kept?.counts ?? null,
      spans,
      log: logging.counts,
    }),
    tracer: tracing?.tracer ?? null,
    sink: bothSinks(file, kept),
    isKept: kept !== null,
    async close() {
      process.off('exit', flushNow);
      await file?.close();
      await kept?.close();
      await tracing?.close();
      await logging.flush();
    },
  };
}

function openEvents(file: string, { log }: OpenLog): Promise<NdjsonSink> {
  const onError = (err: Error) => log.error({ err, file }, 'events cannot be written; those that fail are counted');
  return openNdjsonSink({ file, flushMs: eventsFlushMs, onError });
}
