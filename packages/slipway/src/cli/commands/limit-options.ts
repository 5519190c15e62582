import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type LimitName,
  limitNames,
  limitSettingOf,
  limitSettings,
  limitsTable,
  type PlaceLimits,
} from '../../settings/limits-table.ts';
import { readLimit, standardLimits } from '../../settings/read-limits.ts';

const kinds = { count: 'count', bytes: 'size', duration: 'time' } as const;

/** A flag for every limit of the table. */
export function withLimitOptions(command: Command): Command {
  const settings = limitSettings();
  for (const name of limitNames) {
    const { word, type, description } = limitsTable[name];
    const { variable, default: standard } = settings[limitSettingOf(name)];
    const option = new Option(`--limit-${word} <${kinds[type]}>`, description.replace(/\.$/, ''));
    command.addOption(
      option
        .argParser((text) => limitOption(name, text))
        .default(standardLimits[name], standard ?? '')
        .env(variable),
    );
  }
  return command;
}

function limitOption(name: LimitName, text: string): number {
  const limit = readLimit(name, text);
  if (typeof limit !== 'number') throw new InvalidArgumentError(limit.fault);
  return limit;
}

/** The limits that a command was given. */
export function limitsOf(options: object): PlaceLimits {
  const given = options as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    limitNames.map((name) => [name, Number(given[attributeOf(limitsTable[name].word)])]),
  ) as PlaceLimits;
}

function attributeOf(word: string): string {
  return `limit-${word}`.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
