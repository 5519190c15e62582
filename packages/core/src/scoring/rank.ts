/**
 * The rows in ranked order: highest score first within each group, the earlier row first among equals, at most `top`
 * of each group; groups in order of their first row. NaN scores come last.
 */
export function rankRows(
  scores: ArrayLike<number>,
  groups: readonly (string | null)[] | null,
  top: number | null,
): number[] {
  const byGroup = new Map<string | null, number[]>();
  for (let row = 0; row < scores.length; row++) {
    const group = groups === null ? null : (groups[row] as string | null);
    const rows = byGroup.get(group);
    if (rows === undefined) byGroup.set(group, [row]);
    else rows.push(row);
  }
  const value = (row: number) => {
    const score = scores[row] as number;
    return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
  };
  const compare = (a: number, b: number) => value(b) - value(a) || a - b;
  return [...byGroup.values()].flatMap((rows) => rows.sort(compare).slice(0, top ?? rows.length));
}
