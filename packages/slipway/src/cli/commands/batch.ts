import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type EventSink, fail, parseReference, type Reference } from '@slipway/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type RunRecord, runBatch } from '../../batch/index.ts';
import type { EngineChoice } from '../../compose.ts';
import { type Model, openModel } from '../../open-model.ts';
import { openNdjsonSink } from '../../telemetry/ndjson-sink.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import { expandVariables } from '../expand-variables.ts';
import type { Io } from '../io.ts';
import { progressLine } from '../progress-line.ts';
import { styleFor } from '../style.ts';
import { runText } from './run-text.ts';

const examples = `
The ending says what a file is: .csv, .ndjson or .jsonl (each also with .gz), or .parquet. Columns that the contract
does not name pass through as they are. Rows that cannot be scored go to OUTPUT.quarantine.ndjson, each with its place,
reason and text. The run's record lies in OUTPUT.run.json. The output appears whole or not at all.

Exit code 0 when the run passed, 12 when more rows were quarantined than the launch file allows.

Examples:
  slipway batch learners_to_score.csv scored_learners.csv
  slipway batch events.parquet scored.ndjson --launch models/risk/launch.yaml
  slipway batch learners.csv top.csv --top 10        the ten highest scores (of each group that \`rank\` names)
  slipway batch learners.csv scored.csv --json       the run's record for a script`;

interface BatchCommandOptions {
  readonly launch: string;
  readonly top?: number;
  readonly rank: boolean;
  readonly quarantine?: string;
  readonly maxQuarantine?: number;
  readonly events?: string;
  readonly engine: EngineChoice;
  readonly threads?: number;
  readonly json?: boolean;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('[input]', 'the file to score; by default batch.input of the launch file')
    .argument('[output]', 'the file to write; by default batch.output of the launch file')
    .option('--launch <file>', 'the launch file', 'launch.yaml')
    .option('--top <n>', 'keep the n rows with the highest score, best first', countOption)
    .option('--no-rank', 'keep the order of the input, whatever `rank` of the launch file says')
    .option('--quarantine <file>', 'where rows go that cannot be scored')
    .option('--max-quarantine <share>', 'part of the rows that may be quarantined, like 1% or 0.01', shareOption)
    .option('--events <file>', 'append every prediction to this file, one JSON document a line')
    .addOption(
      new Option('--engine <engine>', 'which engine scores')
        .choices(['auto', 'compiled', 'onnxruntime'])
        .default('auto'),
    )
    .option('--threads <n>', 'threads of the query engine', countOption)
    .option('--json', "print the run's record as one JSON document")
    .addHelpText('after', examples)
    .action(async (input: string | undefined, output: string | undefined, options: BatchCommandOptions) => {
      const record = await score(input, output, options, io);
      const text = options.json ? `${JSON.stringify(record, null, 2)}\n` : runText(record, styleFor(io.stdout, io.env));
      io.stdout.write(text);
      if (record.verdict === 'fail') io.exit(verdictExitCodes.quarantined);
    });
}

async function score(
  input: string | undefined,
  output: string | undefined,
  options: BatchCommandOptions,
  io: Io,
): Promise<RunRecord> {
  const model = await openModel(resolve(io.cwd, options.launch), { engine: options.engine, synchronous: true });
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const progress = progressLine(io.stderr, options.json === true);
  const sink = options.events === undefined ? null : await openEvents(resolve(io.cwd, options.events));
  try {
    return await runBatch({
      model,
      input: pathOf(input, model.launch.batch.input, 'input', model, io),
      output: pathOf(output, model.launch.batch.output, 'output', model, io),
      ranked: options.rank,
      reference: await referenceOf(model),
      sink,
      signal: stop.signal,
      onProgress: ({ rows, total }) => progress.show(rows, total),
      ...(options.top === undefined ? {} : { top: options.top }),
      ...(options.quarantine === undefined ? {} : { quarantine: resolve(io.cwd, options.quarantine) }),
      ...(options.maxQuarantine === undefined ? {} : { maxQuarantine: options.maxQuarantine }),
      ...(options.threads === undefined ? {} : { threads: options.threads }),
    });
  } finally {
    progress.clear();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await sink?.close();
    await model.close();
  }
}

/**
 * Events of a run, none of them dropped: a file has time to be written, and what cannot be written fails the run. Each
 * chunk of rows goes to the disk before the next is scored.
 */
async function openEvents(file: string): Promise<EventSink> {
  let failure: Error | null = null;
  const onError = (error: Error) => {
    failure = error;
  };
  const sink = await openNdjsonSink({ file, flushMs: 1000, onError });
  return {
    ...sink,
    write(events) {
      sink.write(events);
      sink.flushNow();
    },
    async close() {
      await sink.close();
      if (failure === null && sink.counts().dropped === 0) return;
      const message = `Events are missing from the file: ${failure?.message ?? 'they came too fast'}.`;
      throw fail('OUTPUT_NOT_WRITABLE', { message, where: file });
    },
  };
}

/** The argument, or what the launch file names: relative to it, with `${NAME}` from the environment. */
function pathOf(argument: string | undefined, named: string | null, field: string, model: Model, io: Io): string {
  if (argument !== undefined) return resolve(io.cwd, argument);
  if (named !== null) {
    return resolve(dirname(model.launchPath), expandVariables(named, io.env, `${model.launchPath}: batch.${field}`));
  }
  throw fail('USAGE', {
    message: `There is no ${field} file: neither an argument nor \`batch.${field}\` in the launch file.`,
    hint: 'Write `slipway batch INPUT OUTPUT`.',
  });
}

/** The reference that the launch file names; a run works without one, and says that it could not compare. */
async function referenceOf({ launch, launchPath }: Model): Promise<Reference | null> {
  if (!launch.monitoring?.reference) return null;
  const path = resolve(dirname(launchPath), launch.monitoring.reference);
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : parseReference(text, path);
}

function countOption(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1) throw new InvalidArgumentError('Write a whole number from 1 up.');
  return count;
}

/** `1%` or `0.01` as 0.01. */
function shareOption(text: string): number {
  const share = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text.trim() === '' || !(share >= 0 && share <= 1))
    throw new InvalidArgumentError('Write a share like 1% or 0.01.');
  return share;
}
