import { type FloatArray, floatsOf, type TreeEnsemble } from '../ir/tree-ensemble.ts';
import { neutral } from './aggregate.ts';

/** The weights of all leaves, and behind them those of a leaf that changes no sum: the table that all forms share. */
export function weightTable({ precision, leaves, targets, aggregate }: TreeEnsemble): FloatArray {
  const weights = floatsOf(precision, leaves.length + targets).fill(neutral(aggregate));
  weights.set(leaves);
  return weights;
}
