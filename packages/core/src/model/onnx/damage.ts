import { fail, isSlipwayError, type SlipwayError } from '../../errors/index.ts';

/** A part of the file that is not what ONNX allows. Carries its way up the messages, innermost last. */
export class Damage extends Error {
  readonly path: string[] = [];
  /** What to do about it, where the code's own hint is not the best. */
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.hint = hint;
  }
}

/** Adds the name of a message to whatever went wrong inside it. */
export function damageIn(thrown: unknown, message: string): unknown {
  if (isSlipwayError(thrown)) return thrown;
  const damage = thrown instanceof Damage ? thrown : new Damage(reasonOf(thrown));
  damage.path.unshift(message);
  return damage;
}

/** The wire reader raises RangeErrors past the end, and Errors for what no writer writes. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof RangeError) return 'it ends in the middle of a field';
  return thrown instanceof Error ? thrown.message : String(thrown);
}

export function tooLarge(message: string, where: string): SlipwayError {
  return fail('ARTIFACT_TOO_LARGE', { message, where });
}
