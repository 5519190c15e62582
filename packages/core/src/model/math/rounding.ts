/** The nearest integer, the even one of two that are equally near, as IEEE 754 rounds. */
export function roundEven(x: number): number {
  const below = Math.floor(x);
  const part = x - below;
  if (part < 0.5 || (part === 0.5 && below % 2 === 0)) return below;
  return below === -1 ? -0 : below + 1;
}

const int32Min = -(2 ** 31);
const int64Min = -(2 ** 63);

/** Cut to an integer of 32 bits; -2^31 for NaN and beyond the range, as x64's conversion answers. */
export function toInt32(x: number): number {
  return x > int32Min - 1 && x < 2 ** 31 ? Math.trunc(x) + 0 : int32Min;
}

/**
 * Cut to an integer of 64 bits; -2^63 for NaN and beyond the range, as x64's conversion answers. A float without its
 * fraction is a float, so the result is exact however large it is.
 */
export function toInt64(x: number): number {
  return x >= int64Min && x < 2 ** 63 ? Math.trunc(x) + 0 : int64Min;
}
