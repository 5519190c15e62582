import { createHash, randomBytes } from 'node:crypto';
import { appendErasureLine, readErasureLines, replaceErasureLines } from './erasure-file.ts';
import { sqlText } from './log-engine.ts';
import type { LogPlaces } from './log-files.ts';

/**
 * Records that an erasure found in segments that it could not take away: those that a process still writes. No clock
 * bounds it: what is written after it was found is not of it, whatever times its records carry.
 */
export interface Erasure {
  /** ISO 8601, UTC: when, by the clock of who erased. */
  readonly at: string;
  /** Null: of every model. */
  readonly model: string | null;
  readonly salt: string;
  /** SHA-256 of the salt and the id of each record. */
  readonly ids: readonly string[];
  /** The names of the segments that hold them, as they are when nobody writes them any more. */
  readonly segments: readonly string[];
}

/** What is left of an erasure that nothing is left of to hide: that there was one. */
export interface RetiredErasure {
  readonly at: string;
  readonly model: string | null;
  /** When it was through. */
  readonly retired: string;
}

export type ErasureLine = Erasure | RetiredErasure;

export interface FoundRecords {
  readonly ids: readonly string[];
  readonly segments: readonly string[];
}

export function makeErasure({ ids, segments }: FoundRecords, model: string | null, at: string): Erasure {
  const salt = randomBytes(16).toString('hex');
  return { at, model, salt, ids: ids.map((id) => saltedDigest(salt, id)), segments };
}

/** Kept on the disk before it answers: from then on no reader and no compaction shows what it takes. */
export function recordErasure(places: LogPlaces, line: ErasureLine): void {
  appendErasureLine(places, line);
}

/** Puts these in the place of all. Only for who holds the lock. */
export function replaceErasures(places: LogPlaces, lines: readonly ErasureLine[]): void {
  replaceErasureLines(places, lines);
}

/** Those that are in force. */
export function readErasures(places: LogPlaces): readonly Erasure[] {
  return readAllErasures(places).filter(isInForce);
}

/** Also those that are through. */
export function readAllErasures(places: LogPlaces): readonly ErasureLine[] {
  return readErasureLines(places) as readonly ErasureLine[];
}

export function isInForce(line: ErasureLine): line is Erasure {
  return 'ids' in line;
}

/** A condition of SQL that is true of the rows that no erasure takes. */
export function notErased(erasures: readonly Erasure[]): string {
  return erasures.length === 0 ? 'true' : `NOT (${erasures.map(erasedBy).join(' OR ')})`;
}

function erasedBy({ salt, ids }: Erasure): string {
  return `sha256(${sqlText(salt)} || id) IN (${ids.map(sqlText).join(', ')})`;
}

/** Whether one of them takes the record of this id. */
export function isErased(erasures: readonly Erasure[], id: string): boolean {
  return erasures.some(({ salt, ids }) => ids.includes(saltedDigest(salt, id)));
}

function saltedDigest(salt: string, id: string): string {
  return createHash('sha256').update(`${salt}${id}`).digest('hex');
}
