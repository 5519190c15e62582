import { assert } from '../errors/index.ts';

/** How many of each side a block holds. Every block holds the same. */
export interface BlockSize {
  readonly stable: number;
  readonly candidate: number;
}

/** Successes by side, so far; blocks so far; ln E. */
export interface MatchedBlocksState {
  readonly stable: number;
  readonly candidate: number;
  readonly blocks: number;
  readonly logE: number;
}

export const matchedBlocksStart: MatchedBlocksState = { stable: 0, candidate: 0, blocks: 0, logE: 0 };

/**
 * Whether two proportions differ, from outcomes of both sides in blocks that belong together, such as a replay. Each
 * block multiplies E by the likelihood of its successes under the two rates that earlier blocks suggest, relative to
 * that under one common rate, t0 = (n_s t_s + n_c t_c) / (n_s + n_c). The rates are posterior means under Beta priors:
 * Beta(g, g) for stable, scaled by n_c / n_s for the candidate. E is anytime-valid where the rates are equal, whatever
 * they are, and stay so. R. Turner, A. Ly and P. Grunwald, Generic e-variables for exact sequential k-sample tests that
 * allow for optional stopping (arXiv 2106.02693).
 */
export function advanceMatchedBlocks(
  state: MatchedBlocksState,
  block: Pick<MatchedBlocksState, 'stable' | 'candidate'>,
  size: BlockSize,
  priorStrength = 0.18,
): MatchedBlocksState {
  assert(
    isPart(block.stable, size.stable) && isPart(block.candidate, size.candidate),
    'a block has no more successes than trials, and trials of both sides',
  );
  const rateStable = rate(state.stable, state.blocks * size.stable, priorStrength);
  const priorCandidate = (priorStrength * size.candidate) / size.stable;
  const rateCandidate = rate(state.candidate, state.blocks * size.candidate, priorCandidate);
  const common = (size.stable * rateStable + size.candidate * rateCandidate) / (size.stable + size.candidate);
  const gain =
    logRatio(block.stable, size.stable, rateStable, common) +
    logRatio(block.candidate, size.candidate, rateCandidate, common);
  return {
    stable: state.stable + block.stable,
    candidate: state.candidate + block.candidate,
    blocks: state.blocks + 1,
    logE: state.logE + gain,
  };
}

function isPart(successes: number, trials: number): boolean {
  return successes >= 0 && successes <= trials && trials > 0;
}

function rate(successes: number, trials: number, strength: number): number {
  return (successes + strength) / (trials + 2 * strength);
}

function logRatio(successes: number, trials: number, p: number, common: number): number {
  return successes * Math.log(p / common) + (trials - successes) * Math.log((1 - p) / (1 - common));
}
