import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { LogPlaces } from './log-files.ts';

/** Where erasures are remembered, a line of JSON each. */
type ErasurePlaces = Pick<LogPlaces, 'erasures' | 'folder'>;

/** Kept on the disk before it answers. */
export function appendErasureLine({ erasures, folder }: ErasurePlaces, line: object): void {
  // A line that a crash tore stays a line of its own.
  appendFileSync(erasures, `${endsInLine(erasures) ? '' : '\n'}${JSON.stringify(line)}\n`);
  syncNow(erasures);
  syncFolderNow(folder);
}

/** Puts these lines in the place of all. Only for who holds the lock. */
export function replaceErasureLines({ erasures, folder }: ErasurePlaces, lines: readonly object[]): void {
  const draft = `${erasures}.draft`;
  writeFileSync(draft, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  syncNow(draft);
  renameSync(draft, erasures);
  syncFolderNow(folder);
}

/** Without a line that a crash tore: it was not acknowledged. */
export function readErasureLines({ erasures }: ErasurePlaces): readonly object[] {
  return textOf(erasures)
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as object];
      } catch {
        return [];
      }
    });
}

function endsInLine(path: string): boolean {
  const text = textOf(path);
  return text === '' || text.endsWith('\n');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw cause;
  }
}

function syncFolderNow(folder: string): void {
  // Windows has no way to it, and needs none.
  if (process.platform !== 'win32') syncNow(folder);
}

function syncNow(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
