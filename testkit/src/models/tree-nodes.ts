import { Random } from '../random.ts';
import type { AttributeValue } from './parts.ts';

export interface TreesOptions {
  readonly trees?: number;
  readonly depth?: number;
  readonly features?: number;
  readonly seed?: number;
  /** How often a branch ends before the full depth, 0 to 1. */
  readonly earlyLeaves?: number;
}

export interface TreeParts extends Required<TreesOptions> {
  readonly mode: 'BRANCH_LEQ' | 'BRANCH_LT';
  /** Missing values go to the true side of about half of the nodes. */
  readonly missing: boolean;
  /** Weights of one leaf: target id and weight. */
  readonly leaf: (random: Random) => readonly (readonly [number, number])[];
}

export const treeDefaults = { trees: 10, depth: 4, features: 5, seed: 4, earlyLeaves: 0.1 } as const;

/**
 * Seeded trees as attributes of the tree operators of ai.onnx.ml 3. Nodes are numbered as scikit-learn does, depth
 * first, the true side right after its parent. Thresholds are standard normal, as the features of a bench should be.
 */
export class TreeNodes {
  readonly #parts: TreeParts;
  readonly #random: Random;
  readonly #nodes = {
    treeids: [] as number[],
    nodeids: [] as number[],
    featureids: [] as number[],
    modes: [] as string[],
    values: [] as number[],
    truenodeids: [] as number[],
    falsenodeids: [] as number[],
    tracks: [] as number[],
  };
  readonly #leaves = {
    treeids: [] as number[],
    nodeids: [] as number[],
    targets: [] as number[],
    weights: [] as number[],
  };

  constructor(parts: TreeParts) {
    this.#parts = parts;
    this.#random = new Random(parts.seed);
    for (let tree = 0; tree < parts.trees; tree++) this.#grow(tree, 0, parts.depth);
  }

  /** `prefix` is `class` or `target`: how the operator calls what its leaves vote for. */
  attributes(prefix: 'class' | 'target'): Record<string, AttributeValue> {
    const nodes = this.#nodes;
    const leaves = this.#leaves;
    return {
      nodes_treeids: { ints: nodes.treeids },
      nodes_nodeids: { ints: nodes.nodeids },
      nodes_featureids: { ints: nodes.featureids },
      nodes_modes: { strings: nodes.modes },
      nodes_values: { floats: nodes.values },
      nodes_truenodeids: { ints: nodes.truenodeids },
      nodes_falsenodeids: { ints: nodes.falsenodeids },
      nodes_missing_value_tracks_true: { ints: nodes.tracks },
      [`${prefix}_treeids`]: { ints: leaves.treeids },
      [`${prefix}_nodeids`]: { ints: leaves.nodeids },
      [`${prefix}_ids`]: { ints: leaves.targets },
      [`${prefix}_weights`]: { floats: leaves.weights },
    };
  }

  /** Adds a subtree and answers the first id after it. */
  #grow(tree: number, id: number, depth: number): number {
    const random = this.#random;
    const atTop = depth === this.#parts.depth;
    if (depth === 0 || (!atTop && random.next() < this.#parts.earlyLeaves)) return this.#leaf(tree, id);
    const nodes = this.#nodes;
    const at = this.#node(tree, id, this.#parts.mode);
    nodes.featureids[at] = random.integer(this.#parts.features);
    nodes.values[at] = random.normal();
    nodes.tracks[at] = this.#parts.missing ? random.integer(2) : 0;
    nodes.truenodeids[at] = id + 1;
    nodes.falsenodeids[at] = this.#grow(tree, id + 1, depth - 1);
    return this.#grow(tree, nodes.falsenodeids[at] as number, depth - 1);
  }

  #leaf(tree: number, id: number): number {
    this.#node(tree, id, 'LEAF');
    for (const [target, weight] of this.#parts.leaf(this.#random)) {
      this.#leaves.treeids.push(tree);
      this.#leaves.nodeids.push(id);
      this.#leaves.targets.push(target);
      this.#leaves.weights.push(weight);
    }
    return id + 1;
  }

  #node(tree: number, id: number, mode: string): number {
    const nodes = this.#nodes;
    for (const list of [nodes.featureids, nodes.values, nodes.truenodeids, nodes.falsenodeids, nodes.tracks])
      list.push(0);
    nodes.nodeids.push(id);
    nodes.modes.push(mode);
    return nodes.treeids.push(tree) - 1;
  }
}
