import { assert } from '@slipway/core';
import { type LimitName, limitNames, limitSettingOf, limitSettings, type PlaceLimits } from './limits-table.ts';
import { readValue } from './setting-value.ts';

/** The limit that a text stands for, or why it stands for none. */
export function readLimit(name: LimitName, text: string): number | { readonly fault: string } {
  const read = readValue(limitSettings()[limitSettingOf(name)], text, '');
  if ('fault' in read) return { fault: read.hint };
  return Number(read.value);
}

/** The limits that hold where nothing else is said. */
export const standardLimits: PlaceLimits = Object.fromEntries(
  limitNames.map((name) => {
    const limit = readLimit(name, limitSettings()[limitSettingOf(name)].default ?? '');
    assert(typeof limit === 'number', `the default of the limit ${name} is none`);
    return [name, limit];
  }),
) as PlaceLimits;
