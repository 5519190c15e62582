import { InvalidArgumentError } from 'commander';
import { type Scope, scopes } from '../keys/scopes.ts';

const hoursMs = 3_600_000;
const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: hoursMs, d: 24 * hoursMs, w: 7 * 24 * hoursMs };
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** `predict,operate` as its scopes. */
export function scopesOption(text: string): readonly Scope[] {
  const words = text.split(',').map((word) => word.trim());
  const known = words.filter((word): word is Scope => scopes.some((scope) => scope === word));
  if (known.length !== words.length) throw new InvalidArgumentError(`Write ${scopes.join(', ')}, with commas between.`);
  return [...new Set(known)];
}

/** `12h`, `90d` in milliseconds. */
export function expiryOption(text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([mhdw])$/.exec(text) ?? [];
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN);
  if (!(ms > 0)) throw new InvalidArgumentError('Write a time like 12h, 90d or 52w.');
  return ms;
}

/** `100/s`, `600/m`, `1000/h` as requests a second. */
export function rateOption(text: string): number {
  const [, count, unit = ''] = /^(\d{1,9})\/([smh])$/.exec(text) ?? [];
  const rate = Number(count) / (unitSeconds[unit] ?? Number.NaN);
  if (!(rate > 0)) throw new InvalidArgumentError('Write a rate like 100/s or 600/m.');
  return rate;
}
