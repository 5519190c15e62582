import type { TreePrecision } from '../ir/tree-ensemble.ts';

/**
 * How the record of a node or leaf lies in memory, as code that reads a field of the record at `i` and as places to
 * write it. Records are counted in 32-bit words; the array of floats is a view on the same bytes.
 */
export interface RecordLayout {
  /** Words of a record, as a power of two. */
  readonly shift: number;
  readonly wordAt: { readonly slot: number; readonly child: number; readonly offset: number; readonly bit: number };
  /** In floats of the precision. */
  readonly floatAt: { readonly threshold: number; readonly weight: number; readonly lower: number };
  /** How many words a float takes, as a power of two. */
  readonly floatShift: number;
}

/** The smallest records that hold what an ensemble asks. A leaf's offset takes the place of its weight. */
export function recordLayout(precision: TreePrecision, equals: boolean, member: boolean): RecordLayout {
  if (precision === 'float64') {
    const words = 6 + (equals ? 2 : 0) + (member ? 1 : 0);
    return {
      shift: words <= 8 ? 3 : 4,
      wordAt: { slot: 0, child: 1, offset: 4, bit: equals ? 8 : 6 },
      floatAt: { threshold: 1, weight: 2, lower: 3 },
      floatShift: 1,
    };
  }
  return {
    shift: equals || member ? 3 : 2,
    wordAt: { slot: 0, child: 2, offset: 3, bit: 5 },
    floatAt: { threshold: 1, weight: 3, lower: 4 },
    floatShift: 0,
  };
}
