import { type Erasure, isInForce, type RetiredErasure, readErasureLines, replaceErasures } from './erasures.ts';
import { type LogPlaces, listSegments, segmentTime } from './log-files.ts';
import { rewriteFiles } from './rewrite-files.ts';

const dayMs = 86_400_000;

/** How long after an erasure a process that stood still may bring a prediction of before. */
const lateMs = dayMs;
/** How long an erasure stays in force at least. */
const forceMs = 7 * dayMs;

/**
 * Each erasure in force costs a hash for every row that is read. One that is through leaves only that there was one: it is
 * seven days old, no segment is left that was begun until a day after it, and no compacted file holds a row of it (they
 * are rewritten once more: the erasing process may have been killed before it did). Only for who holds the lock.
 */
export async function retireErasures(places: LogPlaces, nowMs: number): Promise<void> {
  const lines = readErasureLines(places);
  const begun = (await listSegments(places)).map((segment) => segment.begun).sort();
  const isDue = ({ at }: Erasure) => {
    const ms = Date.parse(at);
    const [oldest] = begun;
    return ms + forceMs < nowMs && (oldest === undefined || oldest > segmentTime(ms + lateMs));
  };
  if (!lines.some((line) => isInForce(line) && isDue(line))) return;
  const left: (Erasure | RetiredErasure)[] = [];
  for (const line of lines) {
    if (!isInForce(line) || !isDue(line)) {
      left.push(line);
      continue;
    }
    await rewriteFiles(places, line);
    left.push({ at: line.at, model: line.model, retired: new Date(nowMs).toISOString() });
  }
  replaceErasures(places, left);
}
