import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { EngineChoice } from '../../compose.ts';
import type { Address } from '../../online/listen.ts';
import { exampleText } from '../../online/openapi/example-record.ts';
import { outcomes } from '../../online/ports.ts';
import { reloadOnChange } from '../../online/reload.ts';
import { runServer } from '../../online/run-server.ts';
import { anyWrittenSince, watchFiles } from '../../online/watch.ts';
import { type Model, openModel } from '../../open-model.ts';
import { systemClock } from '../../system/clock.ts';
import { afterTimeout } from '../../system/timers.ts';
import { slipwayVersion } from '../../system/version.ts';
import { type LogLevel, logLevels, type OpenLog, openLog } from '../../telemetry/log.ts';
import { type NdjsonSink, openNdjsonSink } from '../../telemetry/ndjson-sink.ts';
import { createOnlineMetrics } from '../../telemetry/online-metrics.ts';
import type { Io } from '../io.ts';
import { durationOption, portOption, workersOption } from '../option-values.ts';
import { surroundingsOf } from '../surroundings.ts';
import { bothSinks } from './both-sinks.ts';
import { followAlias } from './follow-alias.ts';
import { type LogOptions, logFacts, openAskedLog, strangeLogFields, withLogOptions } from './log-options.ts';

const examples = `
Answers POST /predict, /health/live, /health/ready, /metrics and /openapi.json. It listens on this machine alone unless
--host says otherwise. Logs go to stderr; when it is ready, one line on stdout says where. SIGTERM and SIGINT end it
when all that has reached it is answered; a second signal ends it at once.

Examples:
  slipway serve                                    the launch file of this folder, on port 8080
  slipway serve learner-risk@production            a version of the registry, and the next when the alias moves
  slipway serve --watch                            while you work on the launch file or the model
  slipway serve --port 0 --json                    any free port; one JSON document says which
  slipway serve --log                              keep every prediction: see slipway log --help
  slipway serve --host 0.0.0.0 --events /dev/stdout`;

interface ServeOptions extends LogOptions {
  readonly host: string;
  readonly port: number;
  readonly watch?: boolean;
  readonly follow: number;
  readonly events?: string;
  readonly engine: EngineChoice;
  readonly workers?: number;
  readonly logLevel: LogLevel;
  readonly logFormat?: 'json' | 'text';
  readonly drainDelay: number;
  readonly drainTimeout: number;
  readonly json?: boolean;
}

const engineChoices: readonly EngineChoice[] = ['auto', 'compiled', 'onnxruntime'];

export function configure(command: Command, io: Io): void {
  withLogOptions(command)
    .argument('[launch]', 'the launch file, or NAME@ALIAS of the registry', 'launch.yaml')
    .addOption(new Option('--host <address>', 'the address to listen on').default('127.0.0.1').env('SLIPWAY_HOST'))
    .addOption(
      new Option('--port <port>', 'the port; 0 takes any that is free')
        .argParser(portOption)
        .default(8080)
        .env('SLIPWAY_PORT'),
    )
    .option('--watch', 'serve changed files at once; a change that cannot be served leaves the model before it')
    .addOption(
      new Option('--follow <time>', 'how often the registry is asked whether NAME@ALIAS has moved; 0: never')
        .argParser(durationOption)
        .default(10_000, '10s'),
    )
    .option('--events <file>', 'append every prediction to this file, one JSON document a line')
    .addOption(new Option('--engine <engine>', 'which engine serves').choices(engineChoices).default('auto'))
    .addOption(
      new Option(
        '--workers <count>',
        'threads that run the model where ONNX Runtime serves; default: one a core, at most 4; 0: in the thread of the server',
      )
        .argParser(workersOption)
        .env('SLIPWAY_WORKERS'),
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged').choices(logLevels).default('info').env('SLIPWAY_LOG_LEVEL'),
    )
    .addOption(new Option('--log-format <format>', 'default: text on a terminal, else json').choices(['json', 'text']))
    .addOption(
      new Option('--drain-delay <time>', 'take new connections this long after readiness says 503')
        .argParser(durationOption)
        .default(0, '0s'),
    )
    .addOption(
      new Option('--drain-timeout <time>', 'then wait this long for requests in flight')
        .argParser(durationOption)
        .default(25_000, '25s'),
    )
    .option('--json', 'print the ready line as JSON')
    .addHelpText('after', examples)
    .action((path: string, options: ServeOptions) => serve(path, options, io));
}

/** How long an event may wait for its neighbours on the way to the file. */
const eventsFlushMs = 500;

async function serve(path: string, options: ServeOptions, io: Io): Promise<void> {
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
  if (kept !== null) log.info(logFacts(options, io), 'predictions are kept in the log');
  const flushNow = () => {
    sink?.flushNow();
    kept?.flushNow();
    logging.flushNow();
  };
  process.on('exit', flushNow);
  const events = sink === null ? null : () => sink.counts();
  const { engine, workers } = options;
  const open = () =>
    openModel(path, {
      engine,
      sink: bothSinks(sink, kept),
      surroundings: surroundingsOf(io),
      onWarning: (reason) =>
        log.warn({ reference: path, reason }, 'the registry does not answer; serving the version that it last named'),
      ...(workers === undefined ? {} : { workers }),
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
      wait: (ms) => new Promise((done) => afterTimeout(ms, done)),
      slipwayVersion,
      open,
      onReady({ address, model, slot }) {
        if (kept !== null) for (const told of strangeLogFields(options, model.launch)) log.warn({}, told);
        const end =
          model.version !== null
            ? followAlias({ slot, log, open, path, everyMs: options.follow, io }, model)
            : options.watch
              ? reloadOnChange({ slot, log, open, filesOf, watch, changedBefore }, model)
              : () => {};
        io.stdout.write(readyLine(address, model, options.json === true));
        return end;
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

function readyLine({ url, host, port }: Address, { launch, engine }: Model, asJson: boolean): string {
  const { model, version, input } = launch;
  const facts = { ready: true, url, host, port, pid: process.pid, model, version, engine: engine.session.engine };
  if (asJson) return `${JSON.stringify(facts)}\n`;
  const answers = `${model} ${version} answers at ${url} (${engine.session.engine}: ${engine.reason}).`;
  const record = exampleText(input)?.replaceAll("'", "'\\''");
  if (record === undefined) return `${answers} What a record is: ${url}/openapi.json\n`;
  return [`${answers} Try:`, `  curl ${url}/predict -H 'content-type: application/json' -d '${record}'\n`].join('\n');
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
