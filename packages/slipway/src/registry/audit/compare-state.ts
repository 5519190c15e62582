import type { Cell } from '../database/database.ts';
import type { TableSnapshot } from './read-tables.ts';
import type { DerivedState, Fact } from './state-rows.ts';

export interface Difference {
  /** The entry that says otherwise; null where none speaks of the row. */
  readonly sequence: number | null;
  readonly message: string;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** What no entry holds, in words. */
  readonly uncompared: readonly string[];
}

const shownCharactersMax = 100;

/** What stands in the tables against what the log says must stand there. Pure; in the order of the log. */
export function compareState(derived: DerivedState, tables: TableSnapshot): Comparison {
  const differences: Difference[] = [];
  const uncompared: string[] = [];
  for (const [key, { what, since, facts }] of derived) {
    const row = tables.get(key);
    if (row === undefined) {
      differences.push({ sequence: since, message: `${what} is missing; the log has it since entry ${since}` });
      continue;
    }
    for (const [column, fact] of Object.entries(facts)) {
      const found = row[column] ?? null;
      if (fact.value === undefined) uncompared.push(`${fact.what} is not in entry ${fact.since}`);
      else if (found !== fact.value) differences.push(differenceOf(fact, fact.value, found));
    }
  }
  for (const key of tables.keys()) {
    if (!derived.has(key)) differences.push({ sequence: null, message: `${rowText(key)} is in no entry of the log` });
  }
  return { differences, uncompared };
}

function differenceOf({ what, since }: Fact, value: Cell, found: Cell): Difference {
  return { sequence: since, message: `${what} is ${shown(found)}; the log says ${shown(value)} since entry ${since}` };
}

function shown(cell: Cell): string {
  const text = cell === null ? 'nothing' : String(cell);
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;
}

const nouns: Readonly<Record<string, string>> = {
  slipway_models: 'model',
  slipway_versions: 'version',
  slipway_aliases: 'alias',
  slipway_moves: 'move',
  slipway_approvals: 'request',
  slipway_records: 'record',
  slipway_keys: 'key',
};

/** `the version learner-risk@1.0.0`, of a row that no entry speaks of. */
function rowText(key: string): string {
  const [table = '', ...parts] = key.split('\0');
  const noun = nouns[table] ?? `row of ${table}`;
  const [first, second, third] = parts;
  if (noun === 'record') return `the record ${first}/${second}`;
  if (noun === 'move') return `move ${third} of ${second} of ${first}`;
  return `the ${noun} ${parts.join('@')}`;
}
