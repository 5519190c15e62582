import { createHash, randomBytes } from 'node:crypto';
import { appendErasureLine, readErasureLines } from '../prediction-log/erasure-file.ts';
import { logPlaces } from '../prediction-log/log-files.ts';

/** That the outcomes of a unit were erased. Without the unit: who has it can check a guess, and read nothing from it. */
export interface OutcomeErasure {
  /** ISO 8601, UTC. An import leaves out what happened until then. */
  readonly at: string;
  /** Null: of every model. */
  readonly model: string | null;
  readonly salt: string;
  /** SHA-256 of the salt and each form in which the unit may be imported. */
  readonly digests: readonly string[];
}

/** Kept on the disk before it answers: from then on no import brings what happened to the unit until `at`. */
export function recordErasure(folder: string, forms: readonly string[], model: string | null, at: string): void {
  const salt = randomBytes(16).toString('hex');
  const digests = forms.map((form) => createHash('sha256').update(`${salt}${form}`).digest('hex'));
  appendErasureLine(logPlaces(folder), { at, model, salt, digests });
}

export function readErasures(folder: string): readonly OutcomeErasure[] {
  return readErasureLines(logPlaces(folder)) as readonly OutcomeErasure[];
}
