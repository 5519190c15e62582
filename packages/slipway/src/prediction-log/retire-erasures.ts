import { basename } from 'node:path';
import { isInForce, readAllErasures, replaceErasures } from './erasures.ts';
import { type LogPlaces, listSegments, sealedName } from './log-files.ts';

/**
 * Each erasure in force costs a hash for every row that is read. One is through when none of the segments is left that
 * hold what it takes: a compaction has left that out then. It leaves only that there was one. Only for who holds the lock.
 */
export async function retireErasures(places: LogPlaces, nowMs: number): Promise<void> {
  const lines = readAllErasures(places);
  const left = new Set((await listSegments(places)).map(({ file }) => basename(sealedName(file))));
  const isThrough = (names: readonly string[]) => !names.some((name) => left.has(name));
  if (!lines.some((line) => isInForce(line) && isThrough(line.segments))) return;
  const retired = new Date(nowMs).toISOString();
  replaceErasures(
    places,
    lines.map((line) =>
      isInForce(line) && isThrough(line.segments) ? { at: line.at, model: line.model, retired } : line,
    ),
  );
}
