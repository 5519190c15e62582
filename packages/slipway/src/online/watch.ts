import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

export interface WatchOptions {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Called once after a burst of changes to any of the files. */
  readonly onChange: () => void;
  /** Calls back once after so many milliseconds; answers how to call it off. */
  readonly after: (ms: number, then: () => void) => () => void;
}

/** Editors write, rename and touch: a burst is over when nothing has come for this long. */
const quietMs = 100;

/**
 * Watches files by their folders, since many editors put a new file in the place of the old one, and a watched file
 * that is replaced is watched no more. Answers how to end it.
 */
export function watchFiles({ files, onChange, after }: WatchOptions): () => void {
  let callOff: () => void = () => {};
  const changed = () => {
    callOff();
    callOff = after(quietMs, onChange);
  };
  const watchers = [...Map.groupBy(files, dirname)].map(([folder, inside]): FSWatcher => {
    const names = new Set(inside.map((file) => basename(file)));
    return watch(folder, (_, name) => {
      if (name === null || names.has(name)) changed();
    });
  });
  return () => {
    callOff();
    for (const watcher of watchers) watcher.close();
  };
}

/** Whether any of the files was written at or after a time. One that is not there was not. */
export async function anyWrittenSince(files: readonly string[], wallMs: number): Promise<boolean> {
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        (info) => info.mtimeMs,
        () => 0,
      ),
    ),
  );
  return times.some((time) => time >= wallMs);
}
