import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fail, type Launch, nearest } from '@slipway/core';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { LogSink } from '../../prediction-log/log-sink.ts';
import { parseReference } from '../../registry/model-reference.ts';
import { systemClock } from '../../system/clock.ts';
import { counted } from '../../system/wording.ts';
import type { Io } from '../io.ts';
import { listOption, percentOption } from '../option-values.ts';

/** What every command that predicts takes for the prediction log. */
export interface LogOptions {
  /** True: in the folder of the settings. */
  readonly log?: string | true;
  readonly logSample: number;
  readonly logRedact?: readonly string[];
  readonly logHash?: readonly string[];
}

export function withLogOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--log [folder]',
        'keep every prediction in the prediction log; write --log=FOLDER, so that no other word is taken for the folder; default: .slipway/log. SLIPWAY_LOG=FOLDER switches the log on as well. A killed process loses at most the last 0.2 s, a machine without power the last 1.2 s',
      ).env('SLIPWAY_LOG'),
    )
    .addOption(
      new Option('--log-sample <part>', 'the part of predictions that is kept, chosen by their ids')
        .argParser(percentOption)
        .default(1, '100%')
        .env('SLIPWAY_LOG_SAMPLE'),
    )
    .addOption(
      new Option('--log-redact <fields>', 'fields that are left out of the log, beside those of the launch file')
        .argParser(listOption)
        .env('SLIPWAY_LOG_REDACT'),
    )
    .addOption(
      new Option('--log-hash <fields>', 'fields (or unit) that are kept as hashes under SLIPWAY_LOG_HASH_KEY')
        .argParser(listOption)
        .env('SLIPWAY_LOG_HASH'),
    );
}

/** The folder of the prediction log of a place. */
export function logFolder(io: Io, folder?: string | true): string {
  if (typeof folder === 'string') return resolve(io.cwd, folder);
  return resolve(io.cwd, io.env.SLIPWAY_LOG || resolve(io.cwd, io.env.SLIPWAY_HOME || '.slipway', 'log'));
}

/** The sink of the prediction log; null where none is asked for. Loaded only then. */
export async function openAskedLog(
  options: LogOptions,
  io: Io,
  onError: (error: Error) => void,
): Promise<LogSink | null> {
  if (options.log === undefined) return null;
  if (typeof options.log === 'string' && options.log !== io.env.SLIPWAY_LOG) demandFolder(options.log, io);
  const { openLogSink } = await import('../../prediction-log/log-sink.ts');
  const { keepAll } = await import('../../prediction-log/policy.ts');
  const policy = {
    ...keepAll,
    share: options.logSample,
    redact: options.logRedact ?? [],
    hash: options.logHash ?? [],
    key: io.env.SLIPWAY_LOG_HASH_KEY || null,
  };
  return openLogSink({ folder: logFolder(io, options.log), clock: systemClock, policy, onError });
}

/** Where predictions are kept and what of them, as the fields of a line of a log. */
export function logFacts({ log, logSample, logRedact = [], logHash = [] }: LogOptions, io: Io) {
  return { folder: logFolder(io, log), sample: logSample, redacted: logRedact, hashed: logHash };
}

/** The same for people, where so many were kept. */
export function keptText(kept: number, options: LogOptions, io: Io): string {
  const { folder, sample, redacted, hashed } = logFacts(options, io);
  const parts = [
    `${counted(kept, 'prediction')} kept in ${relative(io.cwd, folder) || folder}`,
    ...(sample < 1 ? [`a sample of ${Number((sample * 100).toPrecision(3))}%`] : []),
    ...(redacted.length > 0 ? [`without ${redacted.join(', ')}`] : []),
    ...(hashed.length > 0 ? [`${hashed.join(', ')} as hashes`] : []),
  ];
  return `  ${parts.join('; ')}\n`;
}

/**
 * A sentence for each field that is to be left out or hashed and that this model does not have, since a misspelt one
 * would go on being logged as it is. No error: the settings of a place name fields of all its models.
 */
export function strangeLogFields({ logRedact = [], logHash = [] }: LogOptions, { input }: Launch): string[] {
  const known = ['unit', ...(input.unit === null ? [] : [input.unit]), ...input.context];
  known.push(...input.features.map((feature) => feature.name));
  return [...new Set([...logRedact, ...logHash])]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      const hint = meant === null ? '' : ` Did you mean ${JSON.stringify(meant)}?`;
      return `The log is to leave out or hash ${JSON.stringify(name)}, which this model does not have.${hint}`;
    });
}

/** Raises USAGE where `--log` has swallowed the word behind it: an input, a launch file or NAME@ALIAS. */
function demandFolder(folder: string, io: Io): void {
  const stats = statSync(resolve(io.cwd, folder), { throwIfNoEntry: false });
  const isSwallowed = stats === undefined ? parseReference(folder) !== null : !stats.isDirectory();
  if (!isSwallowed) return;
  throw fail('USAGE', {
    message: `--log has taken ${JSON.stringify(folder)} for its folder.`,
    where: '--log',
    hint: 'Put --log behind the other words, or write --log=FOLDER; a folder with @ in its name needs ./ before it.',
  });
}
