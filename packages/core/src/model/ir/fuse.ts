import { fuseCategories } from './fuse-categories.ts';
import { fuseCodedSums } from './fuse-coded-sums.ts';
import { fuseDense } from './fuse-dense.ts';
import { fuseEqualSteps } from './fuse-equal-steps.ts';
import { fuseOneHotTrees } from './fuse-one-hot-trees.ts';
import { fuseTreeThresholds } from './fuse-tree-thresholds.ts';
import type { Program } from './program.ts';
import { prune } from './prune.ts';

/**
 * Joins steps with those that follow, only where every output keeps every bit. Emitters run what comes out of it: what
 * `fuseCodes` does, and wide sums and layers of networks with their inputs and activations.
 */
export function fuse(program: Program): Program {
  return fuseDense(fuseCodes(program));
}

/**
 * Joins encodings and scalers with the sums and trees behind them, and computes equal steps once. What is left is small
 * where encodings were wide, so the proof measures it too.
 */
export function fuseCodes(program: Program): Program {
  const once = fuseCategories(prune(fuseEqualSteps(program)));
  return prune(fuseOneHotTrees(fuseTreeThresholds(fuseCodedSums(once))));
}
