/**
 * Names that a launch file can hold, in place of those that it can't: no control characters, no blanks at the ends,
 * none twice (not even in other case), none of the outputs. The order is that of the model, so a name may change.
 */
export function legalNames(names: readonly string[]): string[] {
  const taken = new Set<string>(['records']);
  return names.map((name, index) => freeName(cleanName(name, `feature_${index + 1}`), taken));
}

const nameLengthMax = 120;

/**
 * A name without control characters, without blanks at its ends, and without strokes at its beginning, which inner
 * values of an imported graph have; `otherwise` where nothing is left.
 */
export function cleanName(name: string, otherwise: string): string {
  const clean = name
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/^[\s/]+/, '')
    .trim()
    .slice(0, nameLengthMax)
    .trim();
  return clean === '' || clean === '__proto__' ? otherwise : clean;
}

/** `wanted`, or `wanted_2` and so on where it is taken already; takes it. */
export function freeName(wanted: string, taken: Set<string>): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}_${count}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}
