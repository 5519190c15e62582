import { fail } from '../../errors/index.ts';

/** Raises MODEL_FAILED for the row at hand: what it holds is an error to an operator of the model. */
export function refuseRow(reason: string): never {
  throw fail('MODEL_FAILED', { message: `${reason}.` });
}
