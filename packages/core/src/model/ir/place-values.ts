import { placeCountOf } from './place-count.ts';
import type { Lane, Program, Step } from './program.ts';

/** A lane that is a table of a place: what an encoder makes of a category. */
export interface PlaceValues {
  readonly place: Lane;
  /** How many places there are. */
  readonly count: number;
  /** What the lane holds by place, where that is not 0. */
  readonly values: ReadonlyMap<number, number>;
}

/** The same with every value; `place` is null for a constant. */
interface Table {
  readonly place: Lane | null;
  readonly values: readonly number[];
}

/** Larger tables are left to the steps that they have. */
const placesMax = 1 << 16;
const scaledMax = 512;

/**
 * Works out the tables that lanes come to, by the steps that make them: a one-hot input is 1 at its own place and 0 at
 * all others, an imputed category is chosen by what the category is, one that joins several is a sum. A lane that
 * depends on anything but one place has no table.
 */
export class PlaceTables {
  readonly #program: Program;
  readonly #tables = new Map<string, Table | null>();
  readonly #placesOf = new Map<string, Map<number, number[]>>();

  constructor(program: Program) {
    this.#program = program;
  }

  of(lane: Lane): PlaceValues | null {
    const step = this.#program.steps[lane.value];
    if (step.op === 'hot') return this.#oneHot(step.inputs[lane.column], step.at[lane.column]);
    if (step.op === 'reduce') return this.#sum(step, lane.column);
    const table = this.#table(lane);
    if (table === null || table.place === null) return null;
    return {
      place: table.place,
      count: table.values.length,
      values: new Map([...table.values.entries()].filter(([, value]) => value !== 0)),
    };
  }

  /** One-hot lanes are many and mostly 0, so that only their own places are looked at. */
  #oneHot(input: Lane, at: number): PlaceValues | null {
    const table = this.#table(input);
    if (table === null || table.place === null) return null;
    const key = nameOf(input);
    const places = this.#placesOf.get(key) ?? placesByValue(table.values);
    this.#placesOf.set(key, places);
    return {
      place: table.place,
      count: table.values.length,
      values: new Map((places.get(at) ?? []).map((place) => [place, 1])),
    };
  }

  /** The sum in float32 and in order, as the step takes it; a 0 changes it nowhere. */
  #sum(step: Extract<Step, { op: 'reduce' }>, column: number): PlaceValues | null {
    if (step.fn !== 'sum' || step.precision !== 'float32') return null;
    const terms = step.groups[column].map((lane) => this.of(lane));
    const [first] = terms;
    if (first === undefined || first === null) return null;
    const sums = new Map<number, number>();
    for (const term of terms) {
      if (term === null || !isSameLane(term.place, first.place)) return null;
      for (const [at, value] of term.values) sums.set(at, Math.fround((sums.get(at) ?? 0) + value));
    }
    return { ...first, values: new Map([...sums].filter(([, value]) => value !== 0)) };
  }

  #table(lane: Lane): Table | null {
    const key = nameOf(lane);
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const table = this.#made(this.#program.steps[lane.value], lane);
    this.#tables.set(key, table);
    return table;
  }

  #made(step: Step, lane: Lane): Table | null {
    const { column } = lane;
    switch (step.op) {
      case 'category':
      case 'position':
      case 'guard': {
        const count = placeCountOf(this.#program, lane);
        if (count === null || count > placesMax) return null;
        return { place: lane, values: Array.from({ length: count }, (_, at) => at) };
      }
      case 'constant':
        return { place: null, values: [step.values[column]] };
      case 'lookup':
        return this.#each([step.inputs[column]], ([x]) => step.table[x]);
      case 'hot':
        return this.#each([step.inputs[column]], ([x]) => (x === step.at[column] ? 1 : 0));
      case 'select':
        return this.#each(
          [step.conditions[column], step.inputs[column], step.others[column]],
          ([condition, yes, no]) => (condition !== 0 ? yes : no),
        );
      case 'scale': {
        // A scaled one-hot input has a value for every place: many of them are tables only where places are few.
        const [offset, factor] = [step.offset[column], step.factor[column]];
        const table = this.#table(step.inputs[column]);
        if (step.wide || table === null || table.values.length > scaledMax) return null;
        return this.#each([step.inputs[column]], ([x]) => Math.fround(Math.fround(x - offset) * factor));
      }
      case 'map':
        if (step.fn === 'round' && step.precision === 'float32')
          return this.#each([step.inputs[column]], ([x]) => Math.fround(x));
        if (step.fn === 'truth') return this.#each([step.inputs[column]], ([x]) => (x === 0 ? 0 : 1));
        return step.fn === 'not' ? this.#each([step.inputs[column]], ([x]) => (x === 0 ? 1 : 0)) : null;
      default:
        return null;
    }
  }

  /** The function of lanes that are all tables of one place, or constants. */
  #each(lanes: readonly Lane[], value: (inputs: readonly number[]) => number): Table | null {
    const tables = lanes.map((lane) => this.#table(lane));
    if (!tables.every((table) => table !== null)) return null;
    const whole = tables.find(({ place }) => place !== null) ?? tables[0];
    if (tables.some(({ place }) => place !== null && whole?.place != null && !isSameLane(place, whole.place)))
      return null;
    const at = (table: Table, place: number) => table.values[table.place === null ? 0 : place];
    const count = whole.values.length;
    const values = Array.from({ length: count }, (_, place) => value(tables.map((table) => at(table, place))));
    return { place: whole.place, values };
  }
}

function placesByValue(values: readonly number[]): Map<number, number[]> {
  const places = new Map<number, number[]>();
  values.forEach((value, place) => {
    const same = places.get(value);
    if (same === undefined) places.set(value, [place]);
    else same.push(place);
  });
  return places;
}

function nameOf({ value, column }: Lane): string {
  return `${value} ${column}`;
}

export function isSameLane(left: Lane, right: Lane): boolean {
  return left.value === right.value && left.column === right.column;
}
