import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { sqlText } from './log-engine.ts';
import type { LogPlaces } from './log-files.ts';

/** That a unit was erased. Without the unit: who has the record can check a guess, and read nothing from it. */
export interface Erasure {
  /** ISO 8601, UTC. Predictions until then are erased. */
  readonly at: string;
  /** Null: of every model. */
  readonly model: string | null;
  readonly salt: string;
  /** SHA-256 of the salt and each form in which the unit may stand in the log. */
  readonly digests: readonly string[];
}

/** What is left of an erasure that nothing can come for any more: that there was one. */
export interface RetiredErasure {
  readonly at: string;
  readonly model: string | null;
  /** When it was through. */
  readonly retired: string;
}

export function makeErasure(forms: readonly string[], model: string | null, at: string): Erasure {
  const salt = randomBytes(16).toString('hex');
  return { at, model, salt, digests: forms.map((form) => saltedDigest(salt, form)) };
}

export function saltedDigest(salt: string, form: string): string {
  return createHash('sha256').update(`${salt}${form}`).digest('hex');
}

/** Kept on the disk before it answers: from then on no reader and no compaction shows the unit. */
export function recordErasure({ erasures, folder }: LogPlaces, erasure: Erasure): void {
  // A line that a crash tore stays a line of its own.
  appendFileSync(erasures, `${endsInLine(erasures) ? '' : '\n'}${JSON.stringify(erasure)}\n`);
  syncNow(erasures);
  syncFolderNow(folder);
}

/** Puts these lines in the place of all. Only for who holds the lock. */
export function replaceErasures({ erasures, folder }: LogPlaces, lines: readonly (Erasure | RetiredErasure)[]): void {
  const draft = `${erasures}.draft`;
  writeFileSync(draft, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  syncNow(draft);
  renameSync(draft, erasures);
  syncFolderNow(folder);
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

function endsInLine(path: string): boolean {
  const text = textOf(path);
  return text === '' || text.endsWith('\n');
}

/** Those that are in force. */
export function readErasures(places: LogPlaces): readonly Erasure[] {
  return readErasureLines(places).filter(isInForce);
}

/** Also those that are through. */
export function readErasureLines({ erasures }: LogPlaces): readonly (Erasure | RetiredErasure)[] {
  // A line that a crash tore was not acknowledged.
  return textOf(erasures)
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Erasure | RetiredErasure];
      } catch {
        return [];
      }
    });
}

export function isInForce(line: Erasure | RetiredErasure): line is Erasure {
  return 'digests' in line;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw cause;
  }
}

/** A condition of SQL that is true of the rows that an erasure takes. */
export function erasedBy({ at, model, salt, digests }: Erasure): string {
  const units = digests.map((digest) => sqlText(digest)).join(', ');
  const models = model === null ? '' : ` AND model = ${sqlText(model)}`;
  // `at` is a timestamp without a zone, in UTC.
  const until = sqlText(at.replace('Z', ''));
  return `(unit IS NOT NULL AND sha256(${sqlText(salt)} || unit) IN (${units}) AND predicted_at <= TIMESTAMP ${until}${models})`;
}

/** A condition that is true of the rows that no erasure takes. */
export function notErased(erasures: readonly Erasure[]): string {
  return erasures.length === 0 ? 'true' : `NOT (${erasures.map(erasedBy).join(' OR ')})`;
}
