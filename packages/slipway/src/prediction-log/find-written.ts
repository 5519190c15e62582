import { basename } from 'node:path';
import { isErased, readErasures } from './erasures.ts';
import { isReadable, type LogPlaces, listSegments, type SegmentName, sealedName } from './log-files.ts';
import { recordOf, wholeLines } from './set-aside.ts';
import { isOfUnit, type UnitForms } from './unit-forms.ts';

/** What of a unit stands in segments at the moment of reading them, and no erasure has taken yet. */
export interface Written {
  /** Each once. */
  readonly ids: readonly string[];
  /** The names of the segments that hold them. */
  readonly segments: readonly string[];
  /** Predictions in segments of running processes, and how many such segments hold them. */
  readonly hidden: number;
  readonly openSegments: number;
  /** Predictions in segments that no compaction could take, and how many such segments hold them. */
  readonly kept: number;
  readonly keptSegments: number;
  /** Segments of another version of the form. */
  readonly unread: number;
  /** Whole records that are no JSON: whose they are is not known. */
  readonly unknown: number;
}

/**
 * Reads every segment to its end. `kept` names those that a compaction has just left, by their paths; what other sealed
 * segments hold is taken by the next one, like what open ones hold.
 */
export async function findWritten(places: LogPlaces, unit: UnitForms, kept: ReadonlySet<string>): Promise<Written> {
  const erasures = readErasures(places);
  const ids = new Set<string>();
  const segments: string[] = [];
  const counts = { hidden: 0, openSegments: 0, kept: 0, keptSegments: 0, unread: 0, unknown: 0 };
  for (const segment of await settledSegments(places)) {
    if (!isReadable(segment)) {
      counts.unread += 1;
      continue;
    }
    const found = new Set<string>();
    for (const line of await linesOf(segment.file)) {
      const record = recordOf(line);
      if (record === null) counts.unknown += 1;
      else if (isOfUnit(unit, record) && !isErased(erasures, record.id)) found.add(record.id);
    }
    if (found.size === 0) continue;
    for (const id of found) ids.add(id);
    segments.push(basename(sealedName(segment.file)));
    const isKept = kept.has(segment.file);
    counts[isKept ? 'kept' : 'hidden'] += found.size;
    counts[isKept ? 'keptSegments' : 'openSegments'] += 1;
  }
  return { ids: [...ids], segments, ...counts };
}

/** A segment that gets its last name while it is listed may be in neither place or in both: lists until two agree. */
async function settledSegments(places: LogPlaces): Promise<readonly SegmentName[]> {
  let before = await listSegments(places);
  for (;;) {
    const after = await listSegments(places);
    if (after.map(({ file }) => file).join() === before.map(({ file }) => file).join()) return after;
    before = after;
  }
}

/** Of a segment that its process may seal meanwhile; none where it was sealed empty, and is gone. */
async function linesOf(file: string): Promise<readonly Buffer[]> {
  const lines = await wholeLines(file);
  return lines.length > 0 ? lines : wholeLines(sealedName(file));
}
