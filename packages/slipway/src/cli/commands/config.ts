import { relative } from 'node:path';
import type { Command } from 'commander';
import {
  readSettings,
  type SettingInForce,
  type SettingSource,
  type Settings,
  sourceText,
} from '../../settings/read-settings.ts';
import { settingOf } from '../../settings/settings-table.ts';
import type { Io } from '../io.ts';
import { type Style, styleFor } from '../style.ts';
import { tableText } from '../table.ts';

const examples = `
Secrets and the passwords of addresses are not shown. A setting comes from the first of these that has it: a flag of the
command, its variable, the file that its variable with _FILE names, slipway.config.yaml, its default.

Examples:
  slipway config                       every setting, and where it comes from
  slipway config --json                for a script
  SLIPWAY_ENV=production slipway config`;

export function configure(command: Command, io: Io): void {
  command
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action(({ json }: { readonly json?: boolean }) => {
      const settings = readSettings({ folder: io.cwd, env: io.env });
      io.stdout.write(json ? jsonText(settings) : settingsText(settings, io));
      const { yellow } = styleFor(io.stderr, io.env);
      for (const warning of settings.warnings) io.stderr.write(`${yellow('warning')}: ${warning}\n`);
    });
}

function jsonText({ file, inForce, warnings }: Settings): string {
  const settings = [...inForce.values()].map(({ name, shown, source }) => {
    const { variable, key, description } = settingOf(name);
    return { name, variable, key, value: shown, source, description };
  });
  return `${JSON.stringify({ file, settings, warnings }, null, 2)}\n`;
}

function settingsText({ file, inForce }: Settings, io: Io): string {
  const style = styleFor(io.stdout, io.env);
  const rows = [...inForce.values()].map((setting) => rowOf(setting, io.cwd, style));
  const head = file === null ? 'No slipway.config.yaml from here upward.' : `Settings file: ${shortPath(file, io.cwd)}`;
  return `${head}\n\n${tableText(['setting', 'variable', 'value', 'from'], rows, style)}`;
}

function rowOf({ name, shown, source }: SettingInForce, cwd: string, style: Style): readonly string[] {
  const { key, variable } = settingOf(name);
  const isDefault = source.kind === 'default';
  const from = isDefault ? style.dim(shown === null ? 'not set' : 'default') : fromText(source, cwd);
  return [key ?? '-', variable, shown ?? '-', from];
}

/** `variable SLIPWAY_PORT`, `secret file /run/secrets/key (SLIPWAY_ADMIN_KEY_FILE)`, `slipway.config.yaml:3:11`. */
function fromText(source: SettingSource, cwd: string): string {
  if (source.kind === 'variable') return `variable ${source.variable}`;
  if (source.kind === 'secret file') return `secret file ${shortPath(source.path, cwd)} (${source.variable})`;
  if (source.kind === 'settings file') return sourceText({ ...source, path: shortPath(source.path, cwd) });
  return sourceText(source);
}

/** Shorter where it lies below the working folder. */
function shortPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') ? path : short;
}
