import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Setting, SettingType } from './setting.ts';

/** What a text means as the value of a setting, or why it cannot be one: a sentence that does not repeat a secret. */
export type ReadValue =
  | { readonly text: string; readonly value: string | number | boolean }
  | { readonly fault: string; readonly hint: string };

/** Reads one value; `folder` is where a relative path starts. `text` of the answer is the value with its path made absolute. */
export function readValue(setting: Setting, text: string, folder: string): ReadValue {
  const { type, choices = [] } = setting;
  if (type === 'choice') {
    if (choices.includes(text)) return { text, value: text };
    return { fault: `${shown(text, setting)} is none of ${choices.join(', ')}.`, hint: `Write ${choices.join(', ')}.` };
  }
  const form = forms[type];
  const value = form.read(text, folder);
  if (value === null) {
    return { fault: `${shown(text, setting)} is not ${form.wants}.`, hint: pathHint(setting, text) ?? form.hint };
  }
  return { text: typeof value === 'string' ? value : text, value };
}

/** A bare path where an address belongs: what it is an address of is known by its setting. A path holds no password. */
function pathHint({ type, variable }: Setting, text: string): string | null {
  const scheme = { SLIPWAY_REGISTRY: 'sqlite', SLIPWAY_ARTIFACTS: 'file' }[variable];
  const isPath = /^(\/|\.{1,2}\/|~\/)[^@\s]*$/.test(text) || /^[\w.-]+\.(db|sqlite3?)$/.test(text);
  return type === 'address' && scheme !== undefined && isPath ? `Did you mean ${scheme}:${text}?` : null;
}

/** Of an address only how it begins: what follows may be a password, and in a wrong one nobody knows where it stands. */
function shown(text: string, { secret, type }: Setting): string {
  if (secret === true) return 'The secret';
  const start = type === 'address' ? (text.split(/[:/@]/)[0] ?? '') : text;
  if (type === 'address' && start === '') return 'An address that begins with no scheme';
  const words = JSON.stringify(start.length > 60 ? `${start.slice(0, 59)}…` : start);
  return type === 'address' ? `An address that begins with ${words}` : words;
}

interface Form {
  /** Null: the text is no such value. */
  read(text: string, folder: string): string | number | boolean | null;
  /** The end of "… is not". */
  readonly wants: string;
  readonly hint: string;
}

const secretCharactersMin = 32;

const forms: Readonly<Record<Exclude<SettingType, 'choice'>, Form>> = {
  text: {
    read: (text) => (text.trim() === '' ? null : text),
    wants: 'a text',
    hint: 'Write something, or leave it out.',
  },
  path: {
    read: (text, folder) => (text.trim() === '' ? null : absolute(text, folder)),
    wants: 'a path',
    hint: 'Write the path of a file or a folder.',
  },
  address: {
    read: address,
    wants: 'one that Slipway knows',
    hint: 'Write one like sqlite:PATH, file:PATH, postgres://…, s3://… or https://….',
  },
  port: {
    read: (text) => wholeUpTo(text, 65_535),
    wants: 'a port',
    hint: 'Write a number from 0 to 65535. In Kubernetes, a service named slipway sets SLIPWAY_PORT: give the pod `enableServiceLinks: false`.',
  },
  workers: { read: (text) => wholeUpTo(text, 64), wants: 'a number of threads', hint: 'Write a number from 0 to 64.' },
  count: {
    read: (text) => (wholeUpTo(text, 999_999_999) ?? 0) || null,
    wants: 'a whole number from 1',
    hint: 'Write a whole number from 1.',
  },
  share: { read: share, wants: 'a share', hint: 'Write a number from 0 to 1, or a percentage like 10%.' },
  duration: {
    read: (text) => measured(text, { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }),
    wants: 'a duration',
    hint: 'Write one like 30s, 12h or 90d.',
  },
  bytes: {
    read: (text) =>
      measured(text, { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }),
    wants: 'a size',
    hint: 'Write one like 500MB or 10GB.',
  },
  switch: {
    read: (text) => (text === 'true' ? true : text === 'false' ? false : null),
    wants: 'true or false',
    hint: 'Write true or false.',
  },
  names: { read: names, wants: 'a list of names', hint: 'Write names with commas between.' },
  secret: {
    read: (text) => (text.length >= secretCharactersMin && !/\s/.test(text) ? text : null),
    wants: `a text of at least ${secretCharactersMin} characters without spaces`,
    hint: 'Make one with `openssl rand -hex 32`.',
  },
};

function absolute(path: string, folder: string): string {
  return path.startsWith('~/') ? resolve(homedir(), path.slice(2)) : resolve(folder, path);
}

/** The path of `sqlite:` and `file:` is made absolute: whoever reads it later stands somewhere else. */
function address(text: string, folder: string): string | null {
  const [, scheme, path] = /^(sqlite|file):(?:\/\/(?=\/))?(.+)$/.exec(text) ?? [];
  if (scheme !== undefined && path !== undefined) return `${scheme}:${absolute(path, folder)}`;
  return /^[a-z][a-z0-9+.-]*:\/\/\S+$/.test(text) ? text : null;
}

function wholeUpTo(text: string, max: number): number | null {
  return /^\d{1,9}$/.test(text) && Number(text) <= max ? Number(text) : null;
}

function share(text: string): number | null {
  const [, number, sign] = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text) ?? [];
  const part = Number(number) / (sign === '%' ? 100 : 1);
  return number !== undefined && part <= 1 ? part : null;
}

function measured(text: string, units: Readonly<Record<string, number>>): number | null {
  const [, number, unit = ''] = /^(\d+(?:\.\d{1,3})?)\s*([A-Za-z]+)$/.exec(text) ?? [];
  const size = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return number === undefined || size === undefined ? null : Number(number) * size;
}

function names(text: string): string | null {
  const parts = text.split(',').map((part) => part.trim());
  return parts.includes('') ? null : parts.join(',');
}
