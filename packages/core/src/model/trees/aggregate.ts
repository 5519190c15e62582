import type { TreeEnsemble } from '../ir/tree-ensemble.ts';

type Aggregate = TreeEnsemble['aggregate'];
type Summing = Pick<TreeEnsemble, 'aggregate' | 'precision'>;

/** What an aggregate starts from; a tree with this weight changes nothing, so it also pads groups of trees. */
export function neutral(aggregate: Aggregate): number {
  switch (aggregate) {
    case 'sum':
      return 0;
    case 'min':
      return Number.POSITIVE_INFINITY;
    case 'max':
      return Number.NEGATIVE_INFINITY;
  }
}

/** Code that takes `weight` into the aggregate `sum`; a float32 sum is rounded by each tree. */
export function combine({ aggregate, precision }: Summing, sum: string, weight: string): string {
  switch (aggregate) {
    case 'sum':
      return precision === 'float32' ? `Math.fround(${sum} + ${weight})` : `(${sum} + ${weight})`;
    case 'min':
      return `(${weight} < ${sum} ? ${weight} : ${sum})`;
    case 'max':
      return `(${weight} > ${sum} ? ${weight} : ${sum})`;
  }
}

/** `neutral` as code. */
export function neutralText(aggregate: Aggregate): string {
  return String(neutral(aggregate));
}
