import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync } from 'node:fs';
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

export function makeErasure(forms: readonly string[], model: string | null, at: string): Erasure {
  const salt = randomBytes(16).toString('hex');
  return { at, model, salt, digests: forms.map((form) => sha256(`${salt}${form}`)) };
}

/** Kept on the disk before it answers: from then on no reader and no compaction shows the unit. */
export function recordErasure({ erasures }: LogPlaces, erasure: Erasure): void {
  // A line that a crash tore stays a line of its own.
  appendFileSync(erasures, `${endsInLine(erasures) ? '' : '\n'}${JSON.stringify(erasure)}\n`);
  const descriptor = openSync(erasures, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function endsInLine(path: string): boolean {
  try {
    const bytes = readFileSync(path);
    return bytes.length === 0 || bytes[bytes.length - 1] === newline;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw cause;
  }
}

const newline = 0x0a;

export function readErasures({ erasures }: LogPlaces): readonly Erasure[] {
  let text: string;
  try {
    text = readFileSync(erasures, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
  // A line that a crash tore was not acknowledged.
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Erasure];
    } catch {
      return [];
    }
  });
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

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
