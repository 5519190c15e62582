import { placeCountOf } from './place-count.ts';
import type { Lane, Program } from './program.ts';

/** A lane that is a table of a place. */
export interface PlaceValues {
  readonly place: Lane;
  /** How many places there are. */
  readonly count: number;
  /** What the lane holds by place, where that is not 0. */
  readonly values: ReadonlyMap<number, number>;
}

/**
 * The table that a lane comes to, worked out by the steps that make it: a one-hot input is 1 at its own place and 0 at
 * all others, a category that joins several is a sum of such. Null for lanes that depend on more than one place.
 */
export function placeValuesOf(program: Program, lane: Lane): PlaceValues | null {
  const step = program.steps[lane.value];
  switch (step.op) {
    case 'hot':
      return tableOf(program, step.inputs[lane.column], [[step.at[lane.column], 1]]);
    case 'lookup':
      return tableOf(program, step.inputs[lane.column], [...step.table.entries()]);
    case 'map': {
      if (step.fn !== 'round' || step.precision !== 'float32') return null;
      const inner = placeValuesOf(program, step.inputs[lane.column]);
      return (
        inner &&
        withValues(
          inner,
          [...inner.values].map(([at, value]) => [at, Math.fround(value)]),
        )
      );
    }
    case 'reduce':
      return step.fn === 'sum' && step.precision === 'float32' ? sumOf(program, step.groups[lane.column]) : null;
    default:
      return null;
  }
}

type Entries = readonly (readonly [place: number, value: number])[];

function tableOf(program: Program, place: Lane, entries: Entries): PlaceValues | null {
  const count = placeCountOf(program, place);
  if (count === null || count > placesMax) return null;
  return withValues({ place, count }, entries);
}

/** Larger tables are left to the steps that they have. */
const placesMax = 1 << 16;

/** Keeps what is not 0, and what stands at a place that there is. */
function withValues({ place, count }: Pick<PlaceValues, 'place' | 'count'>, entries: Entries): PlaceValues {
  return { place, count, values: new Map(entries.filter(([at, value]) => value !== 0 && at >= 0 && at < count)) };
}

/** The sum in float32 and in order, as the step takes it; a 0 changes it nowhere. */
function sumOf(program: Program, lanes: readonly Lane[]): PlaceValues | null {
  const sums = new Map<number, number>();
  let first: PlaceValues | null = null;
  for (const lane of lanes) {
    const term = placeValuesOf(program, lane);
    first ??= term;
    if (term === null || first === null || !isSameLane(term.place, first.place)) return null;
    for (const [at, value] of term.values) sums.set(at, Math.fround((sums.get(at) ?? 0) + value));
  }
  return first && withValues(first, [...sums]);
}

export function isSameLane(left: Lane, right: Lane): boolean {
  return left.value === right.value && left.column === right.column;
}
