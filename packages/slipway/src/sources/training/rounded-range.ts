/** The range of a feature in the contract. */
export interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * A range for people, from the least and greatest value seen: rounded away from the data to one of the steps 1, 1.5,
 * 2, 2.5, 3, 4, 5, 6, 8 of a power of ten, and from zero where the data come nearer to zero than to half of their
 * extreme. Null where all values are the same: they don't tell a range.
 */
export function roundedRange(least: number, greatest: number): Range | null {
  if (least === greatest) return null;
  return { minimum: 0 - outward(-least, -greatest), maximum: outward(greatest, least) };
}

/** A round number from `end` up; `other` is the opposite end of the data. */
function outward(end: number, other: number): number {
  if (end > 0) return stepUp(end);
  // All data lie below zero here. Zero is the natural end unless they keep away from it.
  return end >= other / 2 ? 0 : -stepDown(-end);
}

const steps = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] as const;

function stepUp(size: number): number {
  const exponent = exponentOf(size);
  const found = steps.find((step) => times(step, exponent) >= size);
  return times(found ?? 10, exponent);
}

function stepDown(size: number): number {
  const exponent = exponentOf(size);
  const found = steps.findLast((step) => times(step, exponent) <= size);
  return found === undefined ? times(8, exponent - 1) : times(found, exponent);
}

function exponentOf(size: number): number {
  return Number(size.toExponential().split('e')[1]);
}

/** By way of text, since 3 * 0.1 is not 0.3. */
function times(step: number, exponent: number): number {
  return Number(`${step}e${exponent}`);
}
