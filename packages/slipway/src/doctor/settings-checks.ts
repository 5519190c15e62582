import { statSync } from 'node:fs';
import { masked } from '../settings/mask.ts';
import type { Settings } from '../settings/read-settings.ts';
import { settingOf } from '../settings/settings-table.ts';
import { type Check, type Finding, ok, warn } from './run-checks.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What the settings say of themselves: the file, variables that nothing reads, and who may read the secrets. */
export function settingsChecks(settings: Settings, env: Env): readonly Check[] {
  return [
    {
      name: 'Settings',
      async run() {
        const file = ok(settings.file ?? 'no slipway.config.yaml; variables and defaults');
        const unread = settings.warnings.map((text) => warn(text, 'Correct the name, or unset it.'));
        return [file, ...unread, ...doubles(settings, env)];
      },
    },
    {
      name: 'Secrets',
      async run() {
        const open = secretFiles(settings).flatMap(readableByAll);
        return open.length > 0 ? open : ok('no file with a secret in it can be read by everybody');
      },
    },
  ];
}

/** A variable and a secret file for the same setting: one of them is not what somebody thinks. */
function doubles({ inForce }: Settings, env: Env): readonly Finding[] {
  return [...inForce.values()].flatMap(({ name, source }) => {
    const file = `${settingOf(name).variable}_FILE`;
    if (source.kind !== 'variable' || !env[file]) return [];
    return [warn(`${source.variable} and ${file} are both set; ${source.variable} is in force`, `Unset ${file}.`)];
  });
}

/** Secret files, and the settings file where an address in it has a password. */
function secretFiles({ inForce }: Settings): readonly string[] {
  const paths = [...inForce.values()].flatMap(({ text, source }) => {
    if (source.kind === 'secret file') return [source.path];
    return source.kind === 'settings file' && text !== null && masked(text, false) !== text ? [source.path] : [];
  });
  return [...new Set(paths)];
}

/** Windows has no such bits. */
function readableByAll(path: string): readonly Finding[] {
  const mode = statSync(path).mode & 0o777;
  if (process.platform === 'win32' || (mode & 0o004) === 0) return [];
  return [warn(`${path} can be read by everybody (mode ${mode.toString(8)})`, `chmod 640 ${path}, or 600.`)];
}
