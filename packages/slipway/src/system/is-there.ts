import { stat } from 'node:fs/promises';

/** Whether anything can be reached under a path: a file, a folder, not a link that leads nowhere. */
export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
