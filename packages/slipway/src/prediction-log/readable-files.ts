import { isThere } from '../system/is-there.ts';
import { type Change, pending } from './change-files.ts';
import { type DayFile, dayFileOf, isReadable, type LogPlaces, listDayFiles, listSegments } from './log-files.ts';

/** The files that together hold every prediction once, as far as a change is concerned. */
export interface ReadableFiles {
  readonly segments: readonly string[];
  readonly days: readonly string[];
}

/**
 * The files of a log at one moment, with decided changes taken as done. A change that is made while they are listed
 * would show rows twice or not at all, so they are listed until two listings agree: names are never used again, hence
 * nothing happened from the end of one to the beginning of the other.
 */
export async function readableFiles(
  places: LogPlaces,
  isAsked: (file: DayFile) => boolean = () => true,
): Promise<ReadableFiles> {
  let before = await listing(places);
  for (;;) {
    const after = await listing(places);
    if (before.key === after.key) return filesOf(after, isAsked);
    before = after;
  }
}

interface Listing {
  readonly segments: readonly string[];
  readonly changes: readonly Change[];
  readonly days: readonly DayFile[];
  /** The names of new files of decided changes that still have their first name. */
  readonly staged: ReadonlySet<string>;
  readonly key: string;
}

async function listing(places: LogPlaces): Promise<Listing> {
  const segments = (await listSegments(places)).filter(isReadable).map(({ file }) => file);
  const decided = await pending(places);
  const changes = decided.map(({ change }) => change);
  const staged = new Set<string>();
  for (const { from } of changes.flatMap(({ adds }) => adds)) if (await isThere(from)) staged.add(from);
  const days = await listDayFiles(places);
  const names = decided.map((one) => one.decided);
  const key = JSON.stringify([segments, names, [...staged], days.map(({ file }) => file)]);
  return { segments, changes, days, staged, key };
}

function filesOf({ segments, changes, days, staged }: Listing, isAsked: (file: DayFile) => boolean): ReadableFiles {
  const there = new Set([...segments, ...days.map(({ file }) => file)]);
  const found = new Set(days.filter(isAsked).map(({ file }) => file));
  const gone = new Set<string>();
  for (const { adds, removes } of changes) {
    const files = adds.filter(({ to }) => dayFileOf(to) !== null);
    const lacksOne = files.some(({ from, to }) => !staged.has(from) && !there.has(to));
    // Such a change cannot be done, and has removed nothing: what came of it already is not read.
    if (lacksOne && removes.every((path) => there.has(path))) {
      for (const { to } of files) found.delete(to);
      continue;
    }
    for (const path of removes) gone.add(path);
    for (const { from, to } of files) {
      const day = dayFileOf(to);
      if (day !== null && isAsked(day)) found.add(staged.has(from) ? from : to);
    }
  }
  return {
    segments: segments.filter((file) => !gone.has(file)),
    days: [...found].filter((file) => !gone.has(file)),
  };
}

export async function anyGone({ segments, days }: ReadableFiles): Promise<boolean> {
  const there = await Promise.all([...segments, ...days].map(isThere));
  return there.includes(false);
}
