/**
 * The word that was probably meant: the nearest of those allowed, at most a third of its letters away. Distance is
 * that of optimal string alignment (Damerau 1964): insert, delete, replace, or swap two neighbours.
 */
export function suggest(word: string, allowed: readonly string[]): string | null {
  const sought = simplified(word);
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of allowed) {
    const limit = Math.max(1, Math.floor(Math.max(candidate.length, sought.length) / 3));
    if (Math.abs(candidate.length - sought.length) > limit) continue;
    const distance = editDistance(sought, simplified(candidate));
    if (distance <= limit && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Case and the choice between - _ and camelCase are no real differences. */
function simplified(word: string): string {
  return word
    .slice(0, 128)
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let distance = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        distance = Math.min(distance, (beforeLast[column - 2] as number) + 1);
      }
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] as number;
}
