import { stat } from 'node:fs/promises';
import { isReadable, listDayFiles, listSegments, logPlaces } from './log-files.ts';
import { queryLog } from './read-log.ts';
import { countSetAside } from './set-aside.ts';

export interface LogStatus {
  readonly folder: string;
  readonly predictions: number;
  readonly bytes: number;
  /** When the oldest prediction was made, UTC; null where there is none. */
  readonly oldest: string | null;
  readonly dayFiles: number;
  readonly segments: number;
  readonly openSegments: number;
  /** Segments of another version of the form. */
  readonly unread: number;
  /** Predictions that no query can read; `slipway log ID` finds them. */
  readonly setAside: number;
}

/** What is in a log folder. What a process dropped stands in its own metrics. */
export async function logStatus(folder: string): Promise<LogStatus> {
  const counted = await queryLog(folder, 'SELECT count(*)::VARCHAR, min(predicted_at)::VARCHAR FROM predictions');
  const [predictions = '0', oldest = null] = (counted.rows[0] ?? []) as readonly (string | null)[];
  const places = logPlaces(folder);
  const segments = await listSegments(places);
  const days = await listDayFiles(places);
  const sizes = await Promise.all(
    [...segments, ...days].map(({ file }) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return {
    folder,
    predictions: Number(predictions),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    oldest,
    dayFiles: days.length,
    segments: segments.length,
    openSegments: segments.filter(({ open }) => open).length,
    unread: segments.filter((segment) => !isReadable(segment)).length,
    setAside: await countSetAside(places),
  };
}
