import { InvalidArgumentError } from 'commander';
import { systemClock } from '../system/clock.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `25s`, `2m`, `24h`, `7d` or a bare 0 as milliseconds, for `.argParser()` of an option. */
export function durationOption(text: string): number {
  if (text === '0') return 0;
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (number === undefined || unit === undefined)
    throw new InvalidArgumentError('Write a time like 500ms, 25s, 2m or 24h.');
  return Number(number) * (unitMs[unit] as number);
}

const agoMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * `30m`, `1h`, `7d` or `2w` ago, a day like `2026-11-24`, or an instant like `2026-11-24T10:00Z` (UTC, where it names no
 * offset): as an instant of ISO 8601 in UTC.
 */
export function momentOption(text: string): string {
  return momentOf(text, systemClock.wallMs());
}

export function momentOf(text: string, nowMs: number): string {
  const [, count, unit = ''] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  const ms = count === undefined ? instantMs(text) : nowMs - Number(count) * (agoMs[unit] ?? Number.NaN);
  const moment = new Date(ms);
  if (Number.isNaN(moment.getTime())) {
    throw new InvalidArgumentError(
      'Write 30m, 1h, 7d or 2w ago, a day like 2026-11-24, or a time like 2026-11-24T10:00Z.',
    );
  }
  return moment.toISOString();
}

function instantMs(text: string): number {
  const [, day = '', time, zone = ''] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? [];
  const midnight = new Date(`${day}T00:00Z`);
  // February 30 would be taken for March 2.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return Number.NaN;
  if (time === undefined) return zone === '' ? midnight.getTime() : Number.NaN;
  return Date.parse(`${day}${time}${zone || 'Z'}`);
}

/** A TCP port; 0 lets the machine choose. */
export function portOption(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Write a number from 0 to 65535.');
  return port;
}

/** `a,b` as its parts. */
export function listOption(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes('')) throw new InvalidArgumentError('Write names with commas between.');
  return parts;
}

/** Origins of web pages with commas between, each exactly as a browser writes it. */
export function originsOption(text: string): string[] {
  const origins = listOption(text);
  for (const origin of origins) {
    if (/^https?:\/\//.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin) continue;
    throw new InvalidArgumentError('Write origins like https://app.example.org, without a path; * is none.');
  }
  return origins;
}

/** A number from 0 to 1. */
export function shareOption(text: string): number {
  const share = Number(text);
  if (text.trim() === '' || !(share >= 0 && share <= 1)) throw new InvalidArgumentError('Write a number from 0 to 1.');
  return share;
}

/** A seed of random choices: a whole number of 32 bits. */
export function seedOption(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > 4_294_967_295) {
    throw new InvalidArgumentError('Write a whole number from 0 to 4294967295.');
  }
  return seed;
}

/** `1%` or `0.01` as a part of the whole. */
export function percentOption(text: string): number {
  const [, number, sign] = /^(\d+(?:\.\d+)?|\.\d+)\s*(%?)$/.exec(text.trim()) ?? [];
  const part = Number(number) / (sign === '%' ? 100 : 1);
  if (!(part <= 1)) throw new InvalidArgumentError('Write a percentage like 1%, or a number from 0 to 1.');
  return part;
}

/** A whole number from 1. */
export function countOption(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('Write a whole number from 1.');
  }
  return count;
}

/** Worker threads: a whole number from 0 to 64. */
export function threadsOption(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count > 64) throw new InvalidArgumentError('Write a whole number from 0 to 64.');
  return count;
}

/** Worker processes, each of which holds every model: a whole number from 1 to 64. */
export function workersOption(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 64) {
    throw new InvalidArgumentError('Write a whole number from 1 to 64.');
  }
  return count;
}

/** `image=3x224x224`, once for each input; the sizes by the name of the input. */
export function shapeOption(
  text: string,
  earlier: Readonly<Record<string, readonly number[]>> = {},
): Readonly<Record<string, readonly number[]>> {
  const [, name, sizes] = /^(.+)=([1-9]\d{0,6}(?:x[1-9]\d{0,6})*)$/.exec(text) ?? [];
  if (name === undefined || sizes === undefined) throw new InvalidArgumentError('Write it like image=3x224x224.');
  return Object.fromEntries([...Object.entries(earlier), [name, sizes.split('x').map(Number)]]);
}
