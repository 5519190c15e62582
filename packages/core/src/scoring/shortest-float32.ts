const powers = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/**
 * The double whose shortest text is also the shortest text that reads back as the float32 `x`: 0.83 for the float32
 * 0.8299999833106995. Of several texts of that length it is the one nearest to `x`. NaN and infinities stay.
 */
export function shortestFloat32(x: number): number {
  const size = Math.abs(x);
  if (size === 0 || !Number.isFinite(size)) return x;
  if (size < 1e-9 || size >= 1e15) return shortestByText(x);
  const exponent = decimalExponent(size);
  // Six significant digits always survive in a float32, and nine always suffice. A number with a shorter text than six
  // digits rounds to that very text at six.
  for (let digits = 6; digits < 9; digits++) {
    const candidate = roundTo(size, digits - 1 - exponent);
    if (Math.fround(candidate) === size) return x < 0 ? -candidate : candidate;
  }
  return shortestByText(x);
}

/** `floor(log10(size))`, exact at powers of ten, where the logarithm alone may miss by one. */
function decimalExponent(size: number): number {
  const guess = Math.floor(Math.log10(size));
  if (guess >= 0) return size < (powers[guess] as number) ? guess - 1 : guess;
  return size * (powers[-guess] as number) < 1 ? guess - 1 : guess;
}

/** Rounds to `decimals` places; quotient and product of exact integers are correctly rounded, as parsing would be. */
function roundTo(size: number, decimals: number): number {
  if (decimals < 0) return Math.round(size / (powers[-decimals] as number)) * (powers[-decimals] as number);
  return Math.round(size * (powers[decimals] as number)) / (powers[decimals] as number);
}

/** For the rare magnitudes: a subnormal float32 needs fewer than six digits, down to one. */
function shortestByText(x: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(x.toPrecision(digits));
    if (Math.fround(candidate) === x) return candidate;
  }
  return Number(x.toPrecision(9));
}
