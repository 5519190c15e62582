/**
 * Of all paths from (0, 0) to (n, m) that step right or up, the share that touches or leaves |x m - y n| >= gap. Counted
 * by Hodges' recursion on shares: of the paths to (x, y) a part x / (x + y) comes from the left and the rest from
 * below. All terms are positive, so the smallest shares keep their digits. Works through the points inside alone.
 */
export function outsidePathShare(n: number, m: number, gap: number): number {
  if (gap <= 0) return 1;
  const column = new Float64Array(m + 1).fill(1);
  for (let x = 0; x <= n; x++) {
    const low = Math.max(0, Math.floor((x * m - gap) / n) + 1);
    const high = Math.min(m, Math.ceil((x * m + gap) / n) - 1);
    // Below `low` all is outside; above `high` no column was inside yet, so the share there is still 1.
    let below = 1;
    for (let y = low; y <= high; y++) {
      const steps = x + y;
      below = steps === 0 ? 0 : (column[y] * x + below * y) / steps;
      column[y] = below;
    }
    if (high < low) return 1;
  }
  return column[m];
}
