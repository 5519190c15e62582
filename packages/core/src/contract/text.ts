import type { Feature, Value } from './types.ts';

// Space as files have it; SQL engines trim the same, where JavaScript's own trim takes more.
const space = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const notFinite: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  '+infinity': Number.POSITIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
};
const booleans: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false };

/**
 * The value that a text field (of a CSV file, say) means for a feature: a decimal number, true/false/1/0 in any case,
 * the text itself, or a JSON array. Null is missing. Text that is none of these comes back as text, which the
 * contract then refuses by its type: nothing is guessed.
 */
export function valueFromText(feature: Feature, text: string | null): Value {
  if (text === null || feature.type === 'string') return text;
  const trimmed = text.replace(space, '');
  if (feature.type === 'boolean') return booleans[trimmed.toLowerCase()] ?? text;
  if (feature.type === 'array') return arrayFrom(text);
  if (decimal.test(trimmed)) return Number(trimmed);
  return notFinite[trimmed.toLowerCase()] ?? text;
}

function arrayFrom(text: string): Value {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as Value) : text;
  } catch {
    return text;
  }
}
