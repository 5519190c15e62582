import { dirname, relative, resolve } from 'node:path';
import { asSlipwayError, type EventSink, fail } from '@slipway/core';
import { type Command, Option } from 'commander';
import { type BatchOptions, checkRunPaths, type RunRecord, runBatch } from '../../batch/index.ts';
import type { EngineChoice } from '../../compose.ts';
import { type Model, openModel } from '../../open-model.ts';
import type { LogSink } from '../../prediction-log/log-sink.ts';
import { demandReference } from '../../registry/model-reference.ts';
import { systemClock } from '../../system/clock.ts';
import { counted } from '../../system/wording.ts';
import { type NdjsonSink, openNdjsonSink } from '../../telemetry/ndjson-sink.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import { expandVariables } from '../expand-variables.ts';
import type { Io } from '../io.ts';
import { countOption, percentOption } from '../option-values.ts';
import { progressReport } from '../progress.ts';
import { styleFor } from '../style.ts';
import { modelPlaceOf, surroundingsOf } from '../surroundings.ts';
import { bothSinks } from './both-sinks.ts';
import { keptText, type LogOptions, openAskedLog, strangeLogFields, withLogOptions } from './log-options.ts';
import { runText } from './run-text.ts';

const examples = `
Formats go by ending: .csv, .ndjson and .jsonl (each also with .gz), .parquet. Every row is scored, or quarantined with
its reason; the output appears whole or not at all, and a record of the run beside it. Exit code 12 when more rows were
quarantined than the launch file allows: there is no output then.

Examples:
  slipway batch learners_to_score.csv scored_learners.csv
  slipway batch events.ndjson scored.parquet --launch models/risk/launch.yaml
  slipway batch learners.csv scored.csv --model learner-risk@production
  slipway batch learners.csv worklist.csv --top 10          the best ten of each group, best first
  slipway batch                                             the files that \`batch\` of the launch file names`;

interface Options extends LogOptions {
  readonly launch?: string;
  readonly model?: string;
  readonly quarantine?: string;
  readonly maxQuarantine?: number;
  readonly record?: string;
  readonly top?: number;
  readonly rank: boolean;
  readonly events?: string;
  readonly engine: EngineChoice;
  readonly threads?: number;
  readonly json?: boolean;
}

const engineChoices: readonly EngineChoice[] = ['auto', 'compiled', 'onnxruntime'];

export function configure(command: Command, io: Io): void {
  withLogOptions(command)
    .argument('[input]', 'the file to score')
    .argument('[output]', 'where the scored rows go')
    .addOption(new Option('--launch <file>', 'the launch file; default: launch.yaml').conflicts('model'))
    .option('--model <name>', 'NAME@ALIAS or NAME@VERSION of the registry, in place of a launch file')
    .option(
      '--top <count>',
      'keep the best, best first: in each group and by the score that `rank` of the launch file names, or by the first score',
      countOption,
    )
    .option('--no-rank', 'keep input order and every row; a rank itself can only be set in the launch file')
    .option('--quarantine <file>', 'where rows go that cannot be scored; by default beside the output')
    .option(
      '--max-quarantine <part>',
      'how many may, before the run fails; by default as the launch file says',
      percentOption,
    )
    .option('--record <file>', 'where the record of the run goes; by default beside the output')
    .option('--events <file>', 'append every prediction to this file, one JSON document a line')
    .addOption(new Option('--engine <engine>', 'which engine serves').choices(engineChoices).default('auto'))
    .option('--threads <count>', 'threads of the query engine; by default one a core', countOption)
    .option('--json', 'print the record of the run as JSON')
    .addHelpText('after', examples)
    .action((input: string | undefined, output: string | undefined, options: Options) =>
      batch({ input, output, options, io }),
    );
}

interface Call {
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly options: Options;
  readonly io: Io;
}

async function batch({ input, output, options, io }: Call): Promise<void> {
  const model = await openAsked(options, io);
  const sink = await sinkOf({ input, output, options, io }, model).catch(async (thrown: unknown) => {
    await model.close();
    throw thrown;
  });
  const onLogError = (error: Error) => io.stderr.write(`the prediction log cannot be written: ${error.message}\n`);
  const kept = await openAskedLog(options, io, onLogError).catch(async (thrown: unknown) => {
    await closeEvents(sink, io);
    await model.close();
    throw thrown;
  });
  if (kept !== null) for (const told of strangeLogFields(options, model.launch)) io.stderr.write(`${told}\n`);
  const stop = abortOnSignal();
  const progress = options.json ? null : progressReport(io.stderr, systemClock.monotonicMs);
  try {
    const paths = pathsOf({ input, output, options, io }, model);
    const record = await runBatch({
      model,
      ...paths,
      ...given(options, io),
      sink: bothSinks(
        sink === null ? null : unbuffered(sink, sink.flushNow),
        kept === null ? null : unbuffered(kept, kept.writeNow),
      ),
      signal: stop.signal,
      onProgress: (state) => progress?.show(state),
    });
    progress?.end();
    await keepRecord(record, model, io);
    answer(record, options, io);
    if (kept !== null && !options.json) io.stdout.write(keptText(kept.counts().written, options, io));
  } finally {
    progress?.end();
    stop.release();
    await closeEvents(sink, io);
    await closeEvents(kept, io);
    await model.close();
  }
}

function openAsked({ model, launch = 'launch.yaml', engine }: Options, io: Io): Promise<Model> {
  if (model !== undefined) demandReference(model);
  return openModel(model ?? launch, { engine, synchronous: true, ...modelPlaceOf(io) });
}

/**
 * A run of a version of the registry is told there, so that `slipway show` finds it by its id. The output is there
 * already, and stays where the registry cannot be reached.
 */
async function keepRecord(record: RunRecord, { version }: Model, io: Io): Promise<void> {
  if (version === null) return;
  try {
    const { putRun } = await import('../../registry/put-run.ts');
    await putRun(record, surroundingsOf(io));
  } catch (thrown) {
    const { code, message } = asSlipwayError(thrown);
    io.stderr.write(`the run is not told to the registry: ${code}: ${message}\n`);
  }
}

/** Input and output by the command line, or by the launch file: relative to it, with `${NAME}` from the environment. */
function pathsOf(
  { input, output, io }: Call,
  { launch: { batch }, launchPath, version }: Model,
): { input: string; output: string } {
  // Files of a version lie where no data is: its paths are those of whoever runs it.
  const folder = version === null ? dirname(launchPath) : io.cwd;
  const named = (path: string | undefined, own: string | null, what: string) => {
    if (path !== undefined) return resolve(io.cwd, path);
    if (own !== null) {
      return resolve(folder, expandVariables(own, io.env, `${launchPath}: batch.${what}`));
    }
    throw fail('USAGE', {
      message: `There is no ${what} file: neither the command nor \`batch.${what}\` of the launch file names one.`,
      hint: 'slipway batch INPUT OUTPUT',
    });
  };
  return { input: named(input, batch.input, 'input'), output: named(output, batch.output, 'output') };
}

/** The options that were given; the others are the run's own to choose. */
function given(options: Options, io: Io): Partial<BatchOptions> {
  const { top, rank, quarantine, maxQuarantine, record, threads } = options;
  return {
    ranked: rank,
    ...(top === undefined ? {} : { top }),
    ...(maxQuarantine === undefined ? {} : { maxQuarantine }),
    ...(threads === undefined ? {} : { threads }),
    ...(quarantine === undefined ? {} : { quarantine: resolve(io.cwd, quarantine) }),
    ...(record === undefined ? {} : { record: resolve(io.cwd, record) }),
  };
}

function answer(record: RunRecord, options: Options, io: Io): void {
  const shown = (path: string) => relative(io.cwd, path) || path;
  io.stdout.write(
    options.json ? `${JSON.stringify(record, null, 2)}\n` : runText(record, shown, styleFor(io.stdout, io.env)),
  );
  if (record.verdict === 'fail') io.exit(verdictExitCodes.quarantined);
}

/** Opened only when the paths are known to be different files: it may not make, or add to, another file of the run. */
async function sinkOf(call: Call, model: Model): Promise<NdjsonSink | null> {
  const { options, io } = call;
  if (options.events === undefined) return null;
  const events = resolve(io.cwd, options.events);
  await checkRunPaths({ ...pathsOf(call, model), ...given(options, io), events });
  return openEvents(events, io);
}

/** How long an event may wait for its neighbours on the way to the file. */
const eventsFlushMs = 500;

function openEvents(file: string, io: Io): Promise<NdjsonSink> {
  const onError = (error: Error) => io.stderr.write(`events cannot be written: ${error.message}\n`);
  return openNdjsonSink({ file, flushMs: eventsFlushMs, onError });
}

/** A run makes events faster than a disk may take them, and must not lose any: it waits for each part. */
function unbuffered(sink: EventSink, writeNow: () => void): EventSink {
  return {
    ...sink,
    write(events) {
      sink.write(events);
      writeNow();
    },
  };
}

async function closeEvents(sink: NdjsonSink | LogSink | null, io: Io): Promise<void> {
  if (sink === null) return;
  await sink.close();
  const { dropped, failed } = sink.counts();
  if (dropped + failed > 0) io.stderr.write(`${counted(dropped + failed, 'event')} lost\n`);
}

/** The first signal to end stops the run, which then clears up after itself; the second ends the process at once. */
function abortOnSignal(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
