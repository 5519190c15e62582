import { fail, type Launch, type Rank } from '@slipway/core';
import type { BatchOptions } from './batch-options.ts';

/**
 * The rank of a run: that of the launch file, with the cut that was asked for; without one, `top` orders by the first
 * score. Null keeps input order. Raises USAGE where there is nothing to order by.
 */
export function runRank(launch: Launch, { top, ranked = true }: Pick<BatchOptions, 'top' | 'ranked'>): Rank | null {
  if (!ranked) {
    if (top === undefined) return null;
    throw fail('USAGE', { message: 'A cut needs an order: --top and --no-rank contradict each other.' });
  }
  const { rank, fields } = launch.output;
  if (top === undefined) return rank;
  if (top !== null && (!Number.isSafeInteger(top) || top < 1)) {
    throw fail('USAGE', { message: `The cut is ${top}; it must be a whole number from 1.` });
  }
  if (rank !== null) return { ...rank, top };
  const score = fields.find((field) => field.kind === 'score' && field.type === 'number');
  if (score === undefined) throw fail('USAGE', { message: 'The model has no score to order by.' });
  return { by: score.name, within: null, top };
}
