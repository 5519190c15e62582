/** Counts by bucket index. Spans at most `binsMax` indices: lower ones are counted in the lowest that is kept. */
export interface SketchStore {
  readonly counts: ReadonlyMap<number, number>;
  add(index: number, count: number): void;
  /** Buckets that hold something, ascending. */
  entries(): [index: number, count: number][];
}

/**
 * Which bucket a value ends in depends on the highest index of all that was added, and never on the order: what fell
 * below an earlier floor stands at or below every later one. Merging is therefore exact and associative.
 */
export function createSketchStore(binsMax: number): SketchStore {
  const counts = new Map<number, number>();
  let floor = Number.NEGATIVE_INFINITY;

  function addAt(index: number, count: number): void {
    counts.set(index, (counts.get(index) ?? 0) + count);
  }

  function raiseFloor(to: number): void {
    floor = to;
    let moved = 0;
    for (const [index, count] of counts) {
      if (index >= floor) continue;
      moved += count;
      counts.delete(index);
    }
    if (moved > 0) addAt(floor, moved);
  }

  return {
    counts,
    add(index, count) {
      if (index - binsMax + 1 > floor) raiseFloor(index - binsMax + 1);
      addAt(Math.max(index, floor), count);
    },
    entries: () => [...counts].sort(([a], [b]) => a - b),
  };
}
