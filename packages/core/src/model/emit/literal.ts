/** A number as JavaScript text that reads back as the same number; also -0, NaN and the infinities. */
export function numberText(value: number): string {
  if (Object.is(value, -0)) return '(-0)';
  return value < 0 ? `(${value})` : String(value);
}

/** A string from a model as JavaScript text. JSON is the only way in, so no text can end its own quotes. */
export function stringText(value: string): string {
  return JSON.stringify(value)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
    .replaceAll('<', '\\u003c');
}
