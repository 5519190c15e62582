import { randomBytes } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../system/make-folder.ts';
import { isAlive, ownPlace } from '../system/process-mark.ts';
import { isReadable, type LogPlaces, listSegments, openEnding, type SegmentName } from './log-files.ts';

export interface TakenSegments {
  readonly ready: readonly string[];
  /** Of another version of the form. */
  readonly unread: readonly string[];
}

/** The segments that no process writes any more; those of dead processes become such. */
export async function takeSegments(places: LogPlaces): Promise<TakenSegments> {
  const ready: string[] = [];
  const unread: string[] = [];
  const segments = await listSegments(places);
  const diskMs = segments.some(isElsewhere) ? await diskTime(places) : 0;
  for (const segment of segments) {
    if (!isReadable(segment)) unread.push(segment.file);
    else if (!segment.open) ready.push(segment.file);
    else if (await isLeft(segment, diskMs)) {
      const sealed = segment.file.slice(0, -openEnding.length);
      const taken = await rename(segment.file, sealed).then(
        () => true,
        () => false,
      );
      if (taken) ready.push(sealed);
    }
  }
  return { ready, unread };
}

/** Twice the time after which a living process starts a new segment, however little it writes. */
const leftAfterMs = 1_200_000;

/**
 * Of this place the process itself tells, so no clock that jumps, and no machine that slept, makes a living one dead. Of
 * another machine or container only the age of the file tells. Where that is wrong, the writer finds its file gone.
 */
async function isLeft(segment: SegmentName, diskMs: number): Promise<boolean> {
  if (!isElsewhere(segment)) return !isAlive(segment.process);
  const written = await stat(segment.file).catch(() => null);
  return written !== null && diskMs - written.mtimeMs > leftAfterMs;
}

function isElsewhere({ open, place }: SegmentName): boolean {
  return open && place !== ownPlace();
}

/** What the disk takes for now: the clock that the times of segments come from, whichever machine's that is. */
async function diskTime({ folder, staging }: LogPlaces): Promise<number> {
  await makeFolder(folder);
  await makeFolder(staging);
  const probe = join(staging, `${randomBytes(6).toString('hex')}.time`);
  await writeFile(probe, '');
  const { mtimeMs } = await stat(probe);
  await rm(probe);
  return mtimeMs;
}
