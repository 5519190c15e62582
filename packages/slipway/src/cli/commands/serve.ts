import { resolve } from 'node:path';
import type { Command } from 'commander';
import { everyone } from '../../online/access/everyone.ts';
import { outcomes } from '../../online/ports.ts';
import { reloadOnChange } from '../../online/reload.ts';
import { runServer } from '../../online/run-server.ts';
import { anyWrittenSince, watchFiles } from '../../online/watch.ts';
import { type Model, openModel } from '../../open-model.ts';
import { isAlias, parseReference } from '../../registry/model-reference.ts';
import { systemClock } from '../../system/clock.ts';
import { afterTimeout } from '../../system/timers.ts';
import { slipwayVersion } from '../../system/version.ts';
import { type OpenLog, openLog } from '../../telemetry/log.ts';
import { type NdjsonSink, openNdjsonSink } from '../../telemetry/ndjson-sink.ts';
import { createOnlineMetrics } from '../../telemetry/online-metrics.ts';
import type { Io } from '../io.ts';
import { surroundingsOf } from '../surroundings.ts';
import { bothSinks } from './both-sinks.ts';
import { followAlias } from './follow-alias.ts';
import { openAskedLog, strangeLogFields } from './log-options.ts';
import { readyText } from './ready-text.ts';
import { type ServeOptions, withServeOptions } from './serve-options.ts';

const examples = `
Answers POST /predict and /models/NAME/predict, /models, /health/live, /health/ready, /metrics and /openapi.json. It listens on this machine alone unless
--host says otherwise. Logs go to stderr; when it is ready, one line on stdout says where. SIGTERM and SIGINT end it
when all that has reached it is answered; a second signal ends it at once.

Examples:
  slipway serve                                    the launch file of this folder, on port 8080
  slipway serve learner-risk@production            a version of the registry, and the next when the alias moves
  slipway serve a/launch.yaml b/launch.yaml        several models in one server
  slipway serve --watch                            while you work on the launch file or the model
  slipway serve --port 0 --json                    any free port; one JSON document says which
  slipway serve --log                              keep every prediction: see slipway log --help
  slipway serve --host 0.0.0.0 --events /dev/stdout`;

export function configure(command: Command, io: Io): void {
  withServeOptions(command)
    .addHelpText('after', examples)
    .action((references: readonly string[], options: ServeOptions) =>
      serve(references.length === 0 ? ['launch.yaml'] : references, options, io),
    );
}

/** How long an event may wait for its neighbours on the way to the file. */
const eventsFlushMs = 500;

async function serve(references: readonly string[], options: ServeOptions, io: Io): Promise<void> {
  const format = options.logFormat ?? (io.stderr.isTTY ? 'text' : 'json');
  const logging = openLog({ level: options.logLevel, descriptor: 2, format, wallMs: systemClock.wallMs });
  const { log } = logging;
  const sink = options.events === undefined ? null : await openEvents(resolve(io.cwd, options.events), logging);
  const onLogError = (err: Error) =>
    log.error({ err }, 'the prediction log cannot be written; what is lost is counted');
  const kept = await openAskedLog(options, io, onLogError).catch(async (thrown: unknown) => {
    await sink?.close();
    throw thrown;
  });
  const flushNow = () => {
    sink?.flushNow();
    kept?.flushNow();
    logging.flushNow();
  };
  process.on('exit', flushNow);
  const events = sink === null ? null : () => sink.counts();
  const { engine, threads } = options;
  const open = (reference: string) =>
    openModel(reference, {
      engine,
      sink: bothSinks(sink, kept),
      surroundings: surroundingsOf(io),
      ...(threads === undefined ? {} : { workers: threads }),
    });
  const startedMs = systemClock.wallMs();
  const changedBefore = (files: readonly string[]) => anyWrittenSince(files, startedMs);
  try {
    await runServer({
      ...options,
      drainDelayMs: options.drainDelay,
      drainTimeoutMs: options.drainTimeout,
      meter: createOnlineMetrics({ slipwayVersion, outcomes, events, kept: kept?.counts ?? null, log: logging.counts }),
      log,
      monotonicMs: systemClock.monotonicMs,
      wallMs: systemClock.wallMs,
      wait: (ms) => new Promise((done) => afterTimeout(ms, done)),
      slipwayVersion,
      access: everyone,
      references,
      open,
      parse: parseModelReference,
      follow({ reference, slot, open, trouble }, model) {
        if (kept !== null) for (const told of strangeLogFields(options, model.launch)) log.warn({}, told);
        const reload = { slot, log, open, trouble };
        if (model.version !== null)
          return followAlias({ ...reload, path: reference, everyMs: options.follow, io }, model);
        if (options.watch !== true) return () => {};
        return reloadOnChange({ ...reload, filesOf, watch, changedBefore }, model);
      },
      onReady({ address, repository }) {
        io.stdout.write(readyText(address, repository, options.json === true));
        return () => {};
      },
      stop: stopSignal(),
    });
    log.info({}, 'stopped');
  } finally {
    process.off('exit', flushNow);
    await sink?.close();
    await kept?.close();
    await logging.flush();
  }
}

function openEvents(file: string, { log }: OpenLog): Promise<NdjsonSink> {
  const onError = (err: Error) => log.error({ err, file }, 'events cannot be written; those that fail are counted');
  return openNdjsonSink({ file, flushMs: eventsFlushMs, onError });
}

function watch(files: readonly string[], onChange: () => void): () => void {
  return watchFiles({ files, onChange, after: afterTimeout });
}

/** All that a model was made of, so that a change of any is noticed. */
function filesOf({ files: { launch, artifact, golden } }: Model): readonly string[] {
  return golden === null ? [launch, artifact] : [launch, artifact, golden];
}

/** The name and the alias of a reference into the registry. */
function parseModelReference(text: string): { readonly name: string; readonly alias: string | null } | null {
  const reference = parseReference(text);
  return reference === null ? null : { name: reference.model, alias: isAlias(reference) ? reference.at : null };
}

/** Resolves at the first signal to end; the second ends the process without waiting for anything. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    const onSignal = (code: number) => () => {
      signals += 1;
      if (signals > 1) process.exit(128 + code);
      resolve();
    };
    process.on('SIGTERM', onSignal(15));
    process.on('SIGINT', onSignal(2));
  });
}
