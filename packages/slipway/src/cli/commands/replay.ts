import { fail, type Value } from '@slipway/core';
import { type Command, Option } from 'commander';
import { openModel } from '../../open-model.ts';
import { findPrediction, type LoggedEvent } from '../../prediction-log/read-log.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { modelPlaceOf } from '../surroundings.ts';
import { tableText } from '../table.ts';
import { logFolder } from './log-options.ts';

const examples = `
Runs the logged inputs of a prediction again and shows both answers: exit code 10 where they differ. Numbers are the same
within one part in a billion.

Examples:
  slipway replay 019ab3c4-5d6e-7f80-9a1b-2c3d4e5f6071 --on launch.yaml
  slipway replay 019ab3c4-5d6e-7f80-9a1b-2c3d4e5f6071 --on learner-risk@staging --json`;

interface Options {
  readonly on: string;
  readonly log?: string;
  readonly json?: boolean;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('<id>', 'the id of a prediction in the log')
    .requiredOption('--on <model>', 'a launch file, or NAME@ALIAS or NAME@VERSION of the registry')
    .addOption(new Option('--log <folder>', 'the folder of the log; default: .slipway/log').env('SLIPWAY_LOG'))
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action((id: string, options: Options) => replay(id, options, io));
}

async function replay(id: string, { on, log, json }: Options, io: Io): Promise<void> {
  const folder = logFolder(io, log);
  const event = await findPrediction(folder, id);
  if (event === null)
    throw fail('LOG_NOT_FOUND', {
      message: `The log in this folder has no prediction ${JSON.stringify(id)}.`,
      where: folder,
      hint: 'A log in another folder is named with --log FOLDER, or by SLIPWAY_LOG.',
    });
  const model = await openModel(on, { workers: 0, ...modelPlaceOf(io) });
  try {
    const { features } = model.launch.input;
    demandInputs(
      event,
      features.map(({ name }) => name),
    );
    const unit = model.launch.input.unit;
    const record = { ...event.context, ...event.inputs, ...(unit === null ? {} : { [unit]: event.unit }) };
    const { outputs, version } = await model.predict(record);
    const differ = differences(event.outputs, outputs);
    const then = { version: event.version, outputs: event.outputs, fallback: event.fallback };
    if (json) writeJson(io, { id, model: event.model, logged: then, replayed: { version, outputs }, differ });
    else io.stdout.write(answersText(event, version, outputs, differ, io));
    if (differ.length > 0) io.exit(verdictExitCodes.fail);
  } finally {
    await model.close();
  }
}

/** Raises LOG_REDACTED where the log has not all that the model was given. */
function demandInputs({ inputs, id, hashed = [], cut = [] }: LoggedEvent, features: readonly string[]): void {
  const lacking = features.filter(
    (name) => !Object.hasOwn(inputs, name) || hashed.includes(name) || cut.includes(`inputs.${name}`),
  );
  if (lacking.length === 0) return;
  throw fail('LOG_REDACTED', {
    message: `The log does not hold what this model needs of the prediction: ${lacking.join(', ')} ${lacking.length === 1 ? 'is' : 'are'} not there in plain.`,
    where: id,
  });
}

type Outputs = Readonly<Record<string, Value>>;

function differences(logged: Outputs, now: Outputs): readonly string[] {
  const names = [...new Set([...Object.keys(logged), ...Object.keys(now)])];
  return names.filter((name) => !isSame(logged[name] ?? null, now[name] ?? null));
}

function isSame(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => isSame(value as Value, b[index] as Value));
  }
  return a === b;
}

function answersText(event: LoggedEvent, version: string, now: Outputs, differ: readonly string[], io: Io): string {
  const style = styleFor(io.stdout, io.env);
  const names = [...new Set([...Object.keys(event.outputs), ...Object.keys(now)])];
  const rows = names.map((name) => [
    name,
    JSON.stringify(event.outputs[name] ?? null),
    JSON.stringify(now[name] ?? null),
    differ.includes(name) ? 'differs' : 'same',
  ]);
  const note = event.fallback === null ? '' : `The logged answer was the fallback (${event.fallback.reason}).\n`;
  return tableText(['output', `logged (${event.version})`, `replayed (${version})`, ''], rows, style) + note;
}
