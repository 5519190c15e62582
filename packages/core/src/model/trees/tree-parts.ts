import { type FloatArray, type TreeEnsemble, treeDepths } from '../ir/tree-ensemble.ts';
import { type Categories, collectCategories } from './categories.ts';
import { assignSlots, type Slots } from './slots.ts';
import { weightTable } from './weights.ts';

/** An ensemble with what all its forms need to know, worked out once. */
export interface TreeParts {
  /** Prefix of the names that forms share in generated code: weights `W`, answers `B`, category places `y` and `Y`. */
  readonly name: string;
  readonly ensemble: TreeEnsemble;
  readonly categories: Categories | null;
  readonly slots: Slots;
  /** The longest way to a leaf of each tree, and of all, in nodes. */
  readonly depths: Int32Array;
  readonly depthMax: number;
  readonly weights: FloatArray;
}

export function takeApart(name: string, ensemble: TreeEnsemble): TreeParts {
  const categories = collectCategories(ensemble);
  const depths = treeDepths(ensemble);
  return {
    name,
    ensemble,
    categories,
    slots: assignSlots(ensemble, categories),
    depths,
    depthMax: depths.reduce((most, depth) => Math.max(most, depth), 0),
    weights: weightTable(ensemble),
  };
}

/** Code of a question's answer in bit 0 (others are to be masked): `place` is a category's, `bit` the question's. */
export function answerBit({ name }: TreeParts, place: string, bit: string): string {
  return `(${name}B[${place} + (${bit} >> 5)] >>> ${bit})`;
}
