import { nearest } from '../contract/index.ts';
import { fail, type SlipwayError } from '../errors/index.ts';

/** Contract and model don't fit: what is wrong, at which field of the launch file, and what to change. */
export function mismatch(message: string, where: string, hint?: string | null): SlipwayError {
  return fail('CONTRACT_MISMATCH', { message, where, hint: hint ?? undefined });
}

/** A name that the model doesn't have: lists those that it has, and the nearest as the hint. */
export function unknownName(what: string, name: string, names: readonly string[], where: string): SlipwayError {
  const meant = nearest(name, names);
  const message = `The model has no ${what} ${quoted(name)}; it has ${names.map(quoted).join(', ')}.`;
  return mismatch(message, where, meant === null ? null : `Did you mean ${quoted(meant)}?`);
}

export function quoted(name: string | number): string {
  return JSON.stringify(name);
}
