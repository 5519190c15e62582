import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { fail } from '@slipway/core';
import { masked } from './mask.ts';
import { readValue } from './setting-value.ts';
import { readSettingsFile, type SettingsFile } from './settings-file.ts';
import { type SettingName, settingNames, settingOf } from './settings-table.ts';
import { unknownVariables } from './unknown-variables.ts';

/** Where a value comes from. */
export type SettingSource =
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'variable'; readonly variable: string }
  | { readonly kind: 'secret file'; readonly variable: string; readonly path: string }
  | {
      readonly kind: 'settings file';
      readonly path: string;
      readonly line: number;
      readonly column: number;
      readonly environment: string | null;
    }
  | { readonly kind: 'default' };

/** A setting that is in force. */
export interface SettingInForce {
  readonly name: SettingName;
  /** As it would be written, paths absolute; null where there is none. */
  readonly text: string | null;
  /** Times in milliseconds, sizes in bytes, shares from 0 to 1. */
  readonly value: string | number | boolean | null;
  /** What may be shown of `text`. */
  readonly shown: string | null;
  readonly source: SettingSource;
}

export interface Settings {
  /** The settings file, where there is one. */
  readonly file: string | null;
  readonly inForce: ReadonlyMap<SettingName, SettingInForce>;
  /** What is set and never read, a sentence each. */
  readonly warnings: readonly string[];
}

export interface ReadSettingsOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values that were given with the command, by setting. */
  readonly flags?: Readonly<Partial<Record<SettingName, { readonly flag: string; readonly text: string }>>>;
}

const secretBytesMax = 65_536;

/**
 * The settings in force. Each comes from the first of these that has it: flag, variable, secret file, settings file,
 * default. A variable that is set to nothing counts as not set. Raises SETTINGS_INVALID, SETTINGS_SYNTAX,
 * SETTINGS_NOT_FOUND.
 */
export function readSettings(options: ReadSettingsOptions): Settings {
  const inForce = new Map<SettingName, SettingInForce>();
  const first = (name: SettingName) => {
    const given = settle(name, options, null, inForce);
    inForce.set(name, given);
    return given.text;
  };
  const [path, environment] = [first('config'), first('environment')];
  const file = readSettingsFile({ ...options, path, environment });
  for (const name of settingNames) {
    if (!inForce.has(name)) inForce.set(name, settle(name, options, file, inForce));
  }
  return { file: file?.path ?? null, inForce, warnings: unknownVariables(options.env) };
}

interface Given {
  readonly text: string;
  readonly source: SettingSource;
  /** Where its relative paths start. */
  readonly folder: string;
}

function settle(
  name: SettingName,
  options: ReadSettingsOptions,
  file: SettingsFile | null,
  before: ReadonlyMap<SettingName, SettingInForce>,
): SettingInForce {
  const setting = settingOf(name);
  const given = givenFor(name, options, file) ?? standardFor(name, options, before);
  if (given === null) return { name, text: null, value: null, shown: null, source: { kind: 'default' } };
  const read = readValue(setting, given.text, given.folder);
  if ('fault' in read) {
    const where = sourceText(given.source);
    throw fail('SETTINGS_INVALID', {
      message: faultText(given, read.fault),
      where,
      // What was probably meant repeats a part of the value.
      hint: given.source.kind === 'secret file' ? 'Write the value alone into the file.' : read.hint,
    });
  }
  const shown = masked(read.text, setting.secret === true);
  return { name, ...read, shown, source: given.source };
}

/** What a secret file holds is never in a message: it may be the file of another setting. */
function faultText({ source }: Given, fault: string): string {
  if (source.kind !== 'secret file') return fault;
  return `What stands in the file${fault.slice(fault.search(/ is (not|none of) /))}`;
}

function givenFor(
  name: SettingName,
  { folder, env, flags = {} }: ReadSettingsOptions,
  file: SettingsFile | null,
): Given | null {
  const { variable, also = [] } = settingOf(name);
  const flag = flags[name];
  if (flag !== undefined) return { text: flag.text, source: { kind: 'flag', flag: flag.flag }, folder };
  for (const candidate of [variable, ...also]) {
    const text = env[candidate];
    if (text !== undefined && text !== '') return { text, source: { kind: 'variable', variable: candidate }, folder };
  }
  const path = env[`${variable}_FILE`];
  if (path !== undefined && path !== '') return fromSecretFile(`${variable}_FILE`, resolve(folder, path), folder);
  const written = file?.values.get(name);
  if (file === null || written === undefined) return null;
  const { text, ...place } = written;
  return { text, source: { kind: 'settings file', path: file.path, ...place }, folder: resolve(file.path, '..') };
}

/** The end of line that editors put behind a secret is none of it. */
function fromSecretFile(variable: string, path: string, folder: string): Given {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > secretBytesMax) throw new Error(`it has ${bytes.length} bytes, more than ${secretBytesMax}`);
    return {
      text: bytes.toString('utf8').replace(/\r?\n$/, ''),
      source: { kind: 'secret file', variable, path },
      folder,
    };
  } catch (cause) {
    const { message } = cause as Error;
    throw fail('SETTINGS_NOT_FOUND', {
      message: `The file that ${variable} names cannot be read: ${message}.`,
      where: path,
      cause,
    });
  }
}

function standardFor(
  name: SettingName,
  { folder }: ReadSettingsOptions,
  before: ReadonlyMap<SettingName, SettingInForce>,
): Given | null {
  const { default: standard } = settingOf(name);
  if (standard === null) return null;
  const text = standard.replace('{home}', before.get('home')?.text ?? '').replace('{user}', () => systemUser());
  return { text, source: { kind: 'default' }, folder };
}

/** In a container a user id often has no name. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

/** A source as people name it: `SLIPWAY_REGISTRY`, `slipway.config.yaml:3:11 (production)`. */
export function sourceText(source: SettingSource): string {
  if (source.kind === 'flag') return source.flag;
  if (source.kind === 'variable') return source.variable;
  if (source.kind === 'secret file') return `${source.variable} (${source.path})`;
  if (source.kind === 'default') return 'default';
  const { path, line, column, environment } = source;
  return `${path}:${line}:${column}${environment === null ? '' : ` (${environment})`}`;
}
