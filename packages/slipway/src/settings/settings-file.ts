import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail, nearest, readSettingsDocument, type SettingFault, type SourceNode } from '@slipway/core';
import { readValue } from './setting-value.ts';
import { settingsSchema } from './settings-schema.ts';
import { type SettingName, settingNames, settingOf } from './settings-table.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface SettingsFile {
  readonly path: string;
  readonly values: ReadonlyMap<SettingName, FileValue>;
}

/** A value of the file with its variables in place. */
export interface FileValue {
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** The environment of the file that has it; null where it is for all of them. */
  readonly environment: string | null;
}

export interface ReadFileOptions {
  readonly folder: string;
  readonly env: Env;
  /** The file that was asked for, absolute; null: look for the nearest. */
  readonly path: string | null;
  readonly environment: string | null;
}

const settingsFileName = 'slipway.config.yaml';
const levelsMax = 100;

/**
 * Reads the settings file: the one that was asked for, or the nearest from the folder upward; null where there is none.
 * All of it is checked, also the environments that are not in force. Raises SETTINGS_NOT_FOUND, SETTINGS_SYNTAX,
 * SETTINGS_INVALID.
 */
export function readSettingsFile({ folder, env, path, environment }: ReadFileOptions): SettingsFile | null {
  const file = path ?? nearestFile(folder);
  if (file === null) return null;
  const text = textOf(file);
  const found: Found[] = [];
  readSettingsDocument(text, file, settingsSchema(), (root) => {
    const environments = entryOf(root, 'environments');
    found.push(...settingsIn(root, null));
    for (const [name, node] of mapOf(environments)) found.push(...settingsIn(node, name));
    const faults = found.flatMap((each) => faultsOf(each, { folder: dirname(file), env, environment }));
    return [...faults, ...unknownEnvironment(environments, environment)];
  });
  const values = new Map<SettingName, FileValue>();
  // Those of the environment come last and stand before those of the file.
  for (const { name, node, environment: own } of found) {
    if (own !== null && own !== environment) continue;
    values.set(name, { text: expanded(node.text, env).text, ...node.at, environment: own });
  }
  return { path: file, values };
}

function nearestFile(start: string): string | null {
  let folder = resolve(start);
  for (let level = 0; level < levelsMax; level++) {
    const path = join(folder, settingsFileName);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path;
    if (dirname(folder) === folder) return null;
    folder = dirname(folder);
  }
  return null;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { message } = cause as Error;
    throw fail('SETTINGS_NOT_FOUND', { message: `The settings file cannot be read: ${message}.`, where: file, cause });
  }
}

interface Found {
  readonly name: SettingName;
  readonly path: readonly string[];
  readonly node: { readonly text: string; readonly at: { readonly line: number; readonly column: number } };
  readonly environment: string | null;
}

function settingsIn(root: SourceNode, environment: string | null): readonly Found[] {
  return settingNames.flatMap((name): Found[] => {
    const { key } = settingOf(name);
    if (key === null) return [];
    const steps = key.split('.');
    const node = steps.reduce<SourceNode | null>((at, step) => (at === null ? null : entryOf(at, step)), root);
    const text = node === null ? null : textIn(node);
    if (node === null || text === null) return [];
    const path = environment === null ? steps : ['environments', environment, ...steps];
    return [{ name, path, node: { text, at: node.at }, environment }];
  });
}

/** A list as its items with commas between; null: a block, or a field that is left empty. */
function textIn(node: SourceNode): string | null {
  if (node.kind === 'map') return null;
  if (node.kind === 'list') return node.items.map(textIn).join(',');
  return typeof node.value === 'string' ? node.value : node.text;
}

/** Variables of an environment that is not in force need not be set here. */
function faultsOf(
  { name, path, node, environment: own }: Found,
  { folder, env, environment }: { readonly folder: string; readonly env: Env; readonly environment: string | null },
): readonly SettingFault[] {
  const setting = settingOf(name);
  const { text, missing } = expanded(node.text, env);
  if (setting.secret === true && !/^\$\{\w+\}$/.test(node.text)) {
    const hint = `Write \${${setting.variable}} here, or give a file of secrets in ${setting.variable}_FILE.`;
    return [{ path, message: 'a secret may not stand in a settings file.', hint }];
  }
  if (missing !== null) {
    if (own !== null && own !== environment) return [];
    return [{ path, message: `the variable ${missing} is not set.`, hint: `Set ${missing}, or write the value here.` }];
  }
  const read = readValue(setting, text, folder);
  if (!('fault' in read)) return [];
  // What a variable holds may be a secret, whatever the setting.
  const message =
    text === node.text ? read.fault : `the value of ${node.text} does not fit: it is asked for ${setting.type}.`;
  return [{ path, message, hint: read.hint }];
}

function unknownEnvironment(environments: SourceNode | null, wanted: string | null): readonly SettingFault[] {
  if (wanted === null || environments === null) return [];
  const names = mapOf(environments).map(([name]) => name);
  if (names.includes(wanted)) return [];
  const near = nearest(wanted, names);
  const hint = near === null ? `There are ${names.join(', ') || 'none'}.` : `Did you mean ${near}?`;
  const message = `SLIPWAY_ENV asks for ${JSON.stringify(wanted)}, and the file has no such environment.`;
  return [{ path: ['environments'], message, hint }];
}

function expanded(text: string, env: Env): { readonly text: string; readonly missing: string | null } {
  let missing: string | null = null;
  const full = text.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined) missing ??= name;
    return value ?? '';
  });
  return { text: full, missing };
}

function entryOf(node: SourceNode, key: string): SourceNode | null {
  return node.kind === 'map' ? (node.entries.find((entry) => entry.key === key)?.value ?? null) : null;
}

function mapOf(node: SourceNode | null): readonly (readonly [string, SourceNode])[] {
  return node?.kind === 'map' ? node.entries.map(({ key, value }) => [key, value] as const) : [];
}
