import { fuseCategories } from './fuse-categories.ts';
import { fuseCodedSums } from './fuse-coded-sums.ts';
import { fuseDense } from './fuse-dense.ts';
import { fuseEqualSteps } from './fuse-equal-steps.ts';
import { fuseOneHotTrees } from './fuse-one-hot-trees.ts';
import { fuseTreeThresholds } from './fuse-tree-thresholds.ts';
import { fuseWideSums } from './fuse-wide-sums.ts';
import type { Program } from './program.ts';
import { prune } from './prune.ts';

/**
 * Joins steps with those that follow, only where every output keeps every bit: one-hot encodings with sums and trees,
 * wide sums with their inputs, layers of networks with their activations, and steps that are computed twice. Emitters
 * run what comes out of it; the proof looks at the program as it was.
 */
export function fuse(program: Program): Program {
  return fuseDense(
    fuseWideSums(
      prune(fuseTreeThresholds(fuseOneHotTrees(fuseCodedSums(fuseCategories(prune(fuseEqualSteps(program))))))),
    ),
  );
}
