import type { FloatArray, TreePrecision } from '../ir/tree-ensemble.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integers } from './attributes.ts';
import { corrupt, refuse } from './refusal.ts';
import { tensorBytes, tensorFloats } from './tree-attributes.ts';

/** The attributes of TreeEnsemble as they stand: one entry a node, one a leaf. */
export interface TreeEnsembleEntries {
  readonly roots: readonly number[];
  readonly features: readonly number[];
  readonly modes: Uint8Array;
  readonly values: FloatArray;
  readonly whenTrue: readonly number[];
  readonly whenFalse: readonly number[];
  /** Not 0 where the child is a leaf. */
  readonly trueLeafs: readonly number[];
  readonly falseLeafs: readonly number[];
  readonly missingTrue: readonly number[] | null;
  /** The members of each node's set; empty for nodes of other modes. */
  readonly members: readonly (readonly number[])[];
  readonly leafTargets: readonly number[];
  readonly leafWeights: FloatArray;
}

export const memberMode = 6;

/** Raises ARTIFACT_CORRUPT where attributes contradict each other: no engine could run the trees. */
export function readTreeEnsemble(node: OnnxNode, precision: TreePrecision): TreeEnsembleEntries {
  // With float64 trees ONNX Runtime does not read hit rates, which it otherwise ignores.
  if (precision === 'float64' && node.attributes.has('nodes_hitrates'))
    throw refuse(node, 'attribute nodes_hitrates stands beside float64 trees');
  const modes = tensorBytes(node, 'nodes_modes') ?? new Uint8Array(0);
  const roots = integers(node, 'tree_roots') ?? [];
  if (roots.length === 0) throw refuse(node, 'it has no trees');
  const ofAll = <T extends { readonly length: number }>(name: string, values: T | null, count: number): T => {
    if (values !== null && values.length === count) return values;
    throw corrupt(node, `attribute ${name} has ${values?.length ?? 0} values, not ${count}`);
  };
  const ofNodes = (name: string) => ofAll(name, integers(node, name), modes.length);
  const missing = integers(node, 'nodes_missing_value_tracks_true');
  const leafTargets = integers(node, 'leaf_targetids') ?? [];
  return {
    roots,
    modes,
    features: ofNodes('nodes_featureids'),
    values: ofAll('nodes_splits', tensorFloats(node, 'nodes_splits', precision), modes.length),
    whenTrue: ofNodes('nodes_truenodeids'),
    whenFalse: ofNodes('nodes_falsenodeids'),
    trueLeafs: ofNodes('nodes_trueleafs'),
    falseLeafs: ofNodes('nodes_falseleafs'),
    missingTrue: missing === null || missing.length === 0 ? null : ofNodes('nodes_missing_value_tracks_true'),
    members: membersOf(modes, tensorFloats(node, 'membership_values', precision) ?? new Float32Array(0)),
    leafTargets,
    leafWeights: ofAll('leaf_weights', tensorFloats(node, 'leaf_weights', precision), leafTargets.length),
  };
}

/** Sets stand in the order of their nodes, a NaN behind each. */
function membersOf(modes: Uint8Array, values: FloatArray): number[][] {
  let at = 0;
  return Array.from(modes, (mode) => {
    const members: number[] = [];
    if (mode !== memberMode) return members;
    for (; at < values.length && !Number.isNaN(values[at]); at++) members.push(values[at]);
    at += 1;
    return members;
  });
}
