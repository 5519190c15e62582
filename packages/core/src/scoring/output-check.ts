import type { ScoreField } from '../contract/index.ts';

/**
 * How far a score may pass a bound of the output contract: sums of float32 probabilities reach 1.0000002 in honest
 * models. The value itself is never changed.
 */
const boundTolerance = 1e-6;

/** What is wrong with a score that is a number, an integer or 0 or 1 for a boolean; or null. */
export function scoreFault(field: ScoreField, value: number): string | null {
  if (field.type === 'boolean') return value === 0 || value === 1 ? null : `${field.name} is ${value}, not 0 or 1`;
  if (!Number.isFinite(value)) return `${field.name} is ${value}, not a finite number`;
  if (field.type === 'integer' && !Number.isInteger(value)) return `${field.name} is ${value}, not an integer`;
  if (field.minimum !== null && value < field.minimum - slack(field.minimum)) {
    return `${field.name} is ${value}, below its minimum of ${field.minimum}`;
  }
  if (field.maximum !== null && value > field.maximum + slack(field.maximum)) {
    return `${field.name} is ${value}, above its maximum of ${field.maximum}`;
  }
  if (field.enum !== null && !field.enum.includes(value)) return `${field.name} is ${value}, which is not in its enum`;
  return null;
}

function slack(bound: number): number {
  return boundTolerance * Math.max(1, Math.abs(bound));
}
