import type { Cell } from '../database/database.ts';
import type { AuditEntry, Json } from '../types.ts';

/** One column of a row, as the log says that it must be. */
export interface Fact {
  /** In words: `production of learner-risk`. */
  readonly what: string;
  /** Undefined: the entry is of a release that did not write it down. */
  readonly value: Cell | undefined;
  /** The entry that says so. */
  readonly since: number;
}

/** One row, as the log says that it must be: its columns by name. */
export interface StateRow {
  /** In words: `the key 4kq2m9ta`. */
  readonly what: string;
  readonly since: number;
  readonly facts: Readonly<Record<string, Fact>>;
}

/** Rows by table and key, as `rowKey` writes them. */
export type DerivedState = Map<string, StateRow>;

/** What an entry says of the rows. */
export type Rule = (state: DerivedState, entry: AuditEntry) => void;

/** The name of a row, over all tables. No part of a key holds a NUL. */
export function rowKey(table: string, ...key: readonly unknown[]): string {
  return [table, ...key].join('\0');
}

export type Facts = Readonly<Record<string, readonly [what: string, value: Cell | undefined]>>;

/** Writes what an entry says of a row over what earlier ones said. */
export function says(state: DerivedState, entry: AuditEntry, key: string, what: string, facts: Facts): void {
  const since = entry.sequence;
  const told = Object.entries(facts).map(([column, [words, value]]) => [column, { what: words, value, since }]);
  const before = state.get(key);
  state.set(key, {
    what,
    since: before?.since ?? since,
    facts: { ...before?.facts, ...Object.fromEntries(told) },
  });
}

/** The details of an entry by name; of what is no object, none. */
export function detailsOf({ details }: AuditEntry): Readonly<Record<string, Json | undefined>> {
  return membersOf(details);
}

export function membersOf(value: Json | undefined): Readonly<Record<string, Json | undefined>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, Json>>) : {};
}

/** A detail that is one cell of a row. */
export function cellOf(value: Json | undefined): Cell | undefined {
  return typeof value === 'string' || typeof value === 'number' || value === null ? value : undefined;
}
