import { type TreeEnsemble, treeDepths } from '../ir/tree-ensemble.ts';
import { visitComplete } from './complete.ts';

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

export function sliceDepths(ensemble: TreeEnsemble): SliceDepths {
  const whole = treeDepths(ensemble);
  const depths = whole.map((depth) => (depth <= wholeDepthMax ? depth : topDepth));
  const asked = new Uint8Array(ensemble.nodes.count);
  ensemble.roots.forEach((root, tree) => {
    visitComplete(ensemble, root, depths[tree], {
      node: (_, node) => {
        if (node >= 0) asked[node] = 1;
      },
      child: () => {},
    });
  });
  return { depths, goesOn: Array.from(whole, (depth) => depth > wholeDepthMax), asked };
}
