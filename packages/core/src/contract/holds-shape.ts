import { shapeWidth } from './feature-check.ts';

/**
 * Whether an output's sizes of one row are those that a field expects. Sizes of 1 make no difference, and a list
 * (or one value) takes an output of any sizes with as many values.
 */
export function holdsShape(sizes: readonly number[], expected: readonly number[]): boolean {
  if (expected.length <= 1) return shapeWidth(sizes) === shapeWidth(expected);
  const own = sizes.filter((size) => size !== 1);
  const wanted = expected.filter((size) => size !== 1);
  return own.length === wanted.length && own.every((size, at) => size === wanted[at]);
}
