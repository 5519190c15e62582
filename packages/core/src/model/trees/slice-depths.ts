import type { TreeEnsemble } from '../ir/tree-ensemble.ts';
import { completeTree } from './complete.ts';
import { reachTree } from './reach-tree.ts';
import type { TreeParts } from './tree-parts.ts';

/** Trees up to this depth are padded whole: beyond it there are too many nodes for each that a row visits. */
const wholeDepthMax = 8;
/** Of deeper trees with many leaves this many levels are sliced, and the rest is walked. */
const topDepth = 6;
/** Leaf numbers take a byte. */
const reachLeavesMax = 256;
/** Among other trees, one of more leaves costs less with its top sliced and the rest walked. */
const mixedLeavesMax = 64;

/**
 * How one tree is sliced. `whole`: padded to a complete one of `depth` levels. `reach`: its nodes one after the other,
 * leaf numbers having `depth` bits. `top`: the top `depth` levels, below which rows walk.
 */
export interface TreeCut {
  readonly kind: 'whole' | 'reach' | 'top';
  readonly depth: number;
}

export interface SliceDepths {
  readonly cuts: readonly TreeCut[];
  /** True where some tree goes on below its top. */
  readonly goesOn: boolean;
  /** 1 for nodes within the sliced levels. */
  readonly asked: Uint8Array;
}

/** Cuts each tree as costs the least, or all as lists of nodes where rows walk those. */
export function sliceDepths({ ensemble, depths }: TreeParts, allReach: boolean): SliceDepths {
  const asked = new Uint8Array(ensemble.nodes.count);
  const cuts = Array.from(ensemble.roots, (root, tree) => {
    const cut = (allReach ? reachCut(ensemble, root, reachLeavesMax) : null) ?? cutOf(ensemble, root, depths[tree]);
    if (cut.kind === 'reach') mark(asked, ensemble, root);
    else {
      const entries = completeTree(ensemble, root, cut.depth);
      for (let at = 1; at < 1 << cut.depth; at++) if (entries[at] >= 0) asked[entries[at]] = 1;
    }
    return cut;
  });
  return { cuts, goesOn: cuts.some(({ kind }) => kind === 'top'), asked };
}

// Operations of each form on 32 rows, beside those that all have.
const choiceOps = 4;
const reachNodeOps = 8;
const reachLeafOps = 4;

/** True where every tree is a list of nodes that slices take. */
export function canReach({ ensemble }: TreeParts): boolean {
  return ensemble.roots.every((root) => reachTree(ensemble, root, reachLeavesMax) !== null);
}

function reachCut(ensemble: TreeEnsemble, root: number, leavesMax: number): TreeCut | null {
  const reach = reachTree(ensemble, root, leavesMax);
  return reach === null ? null : { kind: 'reach', depth: 32 - Math.clz32(reach.leaves.length - 1) };
}

function cutOf(ensemble: TreeEnsemble, root: number, depth: number): TreeCut {
  const whole = depth <= wholeDepthMax ? choiceOps << depth : Number.POSITIVE_INFINITY;
  const reach = depth > 3 ? reachCut(ensemble, root, mixedLeavesMax) : null;
  // Leaf numbers of so many bits belong to almost as many nodes.
  if (reach !== null && (reachNodeOps + reachLeafOps) << reach.depth < whole) return reach;
  return whole < Number.POSITIVE_INFINITY ? { kind: 'whole', depth } : { kind: 'top', depth: topDepth };
}

function mark(asked: Uint8Array, { nodes }: TreeEnsemble, root: number): void {
  const stack = [root];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at < 0 || asked[at] === 1) continue;
    asked[at] = 1;
    stack.push(nodes.yes[at], nodes.no[at]);
  }
}
