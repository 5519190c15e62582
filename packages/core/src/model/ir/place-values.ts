import { placeCountOf } from './place-count.ts';
import type { Lane, Program } from './program.ts';

/** A lane that is a table of a place: what it holds for each place that there is. */
export interface PlaceValues {
  readonly place: Lane;
  readonly values: readonly number[];
}

/**
 * The table that a lane comes to, worked out by the steps that make it: a one-hot input is 1 at its own place and 0 at
 * all others, a category that joins several is a sum of such. Null for lanes that depend on more than one place.
 */
export function placeValuesOf(program: Program, lane: Lane): PlaceValues | null {
  const step = program.steps[lane.value];
  switch (step.op) {
    case 'hot': {
      const at = step.at[lane.column];
      return valuesAt(program, step.inputs[lane.column], (place) => (place === at ? 1 : 0));
    }
    case 'lookup':
      return valuesAt(program, step.inputs[lane.column], (place) => step.table[place]);
    case 'map': {
      const inner = placeValuesOf(program, step.inputs[lane.column]);
      if (inner === null || step.fn !== 'round' || step.precision !== 'float32') return null;
      return { ...inner, values: inner.values.map(Math.fround) };
    }
    case 'reduce':
      return step.fn === 'sum' && step.precision === 'float32' ? sumOf(program, step.groups[lane.column]) : null;
    default:
      return null;
  }
}

function valuesAt(program: Program, place: Lane, value: (place: number) => number): PlaceValues | null {
  const count = placeCountOf(program, place);
  if (count === null || count > placesMax) return null;
  const values = Array.from({ length: count }, (_, at) => value(at));
  return values.includes(undefined as never) ? null : { place, values };
}

/** Larger tables are left to the steps that they have. */
const placesMax = 1 << 16;

/** The sum in float32 and in order, as the step takes it. */
function sumOf(program: Program, lanes: readonly Lane[]): PlaceValues | null {
  const terms = lanes.map((lane) => placeValuesOf(program, lane));
  const [first, ...others] = terms;
  if (first === undefined || first === null) return null;
  if (!others.every((term) => term !== null && isSameLane(term.place, first.place))) return null;
  const rest = others as readonly PlaceValues[];
  const values = first.values.map((start, at) => rest.reduce((sum, term) => Math.fround(sum + term.values[at]), start));
  return { place: first.place, values };
}

export function isSameLane(left: Lane, right: Lane): boolean {
  return left.value === right.value && left.column === right.column;
}
