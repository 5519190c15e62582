/** Sixteen digits in a row may be an integer that a double does not hold. */
const longInteger = /\d{16}/;
const integer = /^-?\d+$/;

/**
 * `JSON.parse`, but integers beyond 2^53 come as bigint and so keep all their digits: tensors of 64-bit integers are
 * exact. A text without a long row of digits, which is nearly every one, costs nothing more.
 */
export function parseExactJson(text: string): unknown {
  if (!longInteger.test(text)) return JSON.parse(text);
  return (JSON.parse as ParseWithSource)(text, (_, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const { source } = context;
    return source !== undefined && integer.test(source) ? BigInt(source) : value;
  });
}

/** The language's newer form, whose reviver sees the text of a number. */
type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;
