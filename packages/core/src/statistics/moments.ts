/** What is kept of a sample of numbers: mergeable, and without the cancellation that sums of squares suffer far from 0. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly squares: number;
}

export function momentsOf(values: ArrayLike<number>): Moments {
  let mean = 0;
  let squares = 0;
  for (let at = 0; at < values.length; at++) {
    const gap = values[at] - mean;
    mean += gap / (at + 1);
    squares += gap * (values[at] - mean);
  }
  return { count: values.length, mean, squares };
}

/** The moments of both samples together (T. Chan, G. Golub and R. LeVeque, 1979). */
export function mergeMoments(one: Moments, other: Moments): Moments {
  const count = one.count + other.count;
  if (count === 0) return one;
  const gap = other.mean - one.mean;
  const share = other.count / count;
  return { count, mean: one.mean + gap * share, squares: one.squares + other.squares + gap * gap * one.count * share };
}

/** The unbiased variance; NaN of fewer than two values. */
export function variance({ count, squares }: Moments): number {
  return count < 2 ? Number.NaN : squares / (count - 1);
}
