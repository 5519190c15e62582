import { completeTree } from './complete.ts';
import type { TreeParts } from './tree-parts.ts';

/** Trees up to this depth are sliced whole: beyond it there are too many nodes for each that a row visits. */
const wholeDepthMax = 8;
/** Of deeper trees this many levels are sliced, and the rest is walked. */
const topDepth = 6;

/** How far down each tree is sliced. */
export interface SliceDepths {
  readonly depths: Int32Array;
  /** True where a tree goes on below. */
  readonly goesOn: readonly boolean[];
  /** 1 for nodes within the sliced levels. */
  readonly asked: Uint8Array;
}

export function sliceDepths({ ensemble, depths: whole }: TreeParts): SliceDepths {
  const depths = whole.map((depth) => (depth <= wholeDepthMax ? depth : topDepth));
  const asked = new Uint8Array(ensemble.nodes.count);
  ensemble.roots.forEach((root, tree) => {
    const entries = completeTree(ensemble, root, depths[tree]);
    for (let at = 1; at < 1 << depths[tree]; at++) if (entries[at] >= 0) asked[entries[at]] = 1;
  });
  return { depths, goesOn: Array.from(whole, (depth) => depth > wholeDepthMax), asked };
}
