import type { Settings } from './read-settings.ts';
import { settingNames, settingOf } from './settings-table.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The environment with every setting in force as its variable, wherever it came from: who reads one of them need not
 * know of settings files. Defaults are left to be defaults, and `also` variables have the value as well.
 */
export function environmentInForce(settings: Settings, env: Env): Env {
  const full: Record<string, string | undefined> = { ...env };
  for (const name of settingNames) {
    const { variable, also = [] } = settingOf(name);
    const { text, source } = settings.inForce.get(name) ?? { text: null, source: { kind: 'default' } };
    if (text === null || source.kind === 'default') continue;
    for (const each of [variable, ...also]) full[each] = text;
  }
  return full;
}
