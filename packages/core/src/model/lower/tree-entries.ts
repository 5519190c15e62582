import type { FloatArray, TreePrecision } from '../ir/tree-ensemble.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integers, strings } from './attributes.ts';
import { refuse } from './refusal.ts';
import { treeFloats } from './tree-attributes.ts';
import type { BranchMode } from './tree-questions.ts';

export type NodeMode = BranchMode | 'LEAF';

const modes = new Map<string, NodeMode>(
  (['LEAF', 'BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ'] as const).map((mode) => [
    mode,
    mode,
  ]),
);

/** The nodes_* attributes as they stand: one entry a node. */
export interface NodeEntries {
  readonly trees: readonly number[];
  readonly ids: readonly number[];
  readonly features: readonly number[];
  readonly values: FloatArray;
  readonly modes: readonly NodeMode[];
  readonly whenTrue: readonly number[];
  readonly whenFalse: readonly number[];
  /** 1 where a missing value goes the true way; null where none does. */
  readonly missingTrue: readonly number[] | null;
}

export function readNodeEntries(node: OnnxNode, precision: TreePrecision): NodeEntries {
  const trees = integers(node, 'nodes_treeids') ?? [];
  if (trees.length === 0) throw refuse(node, 'it has no trees');
  const ofAll = <T extends { readonly length: number }>(name: string, values: T | null): T => {
    if (values !== null && values.length === trees.length) return values;
    throw refuse(node, `attribute ${name} has ${values?.length ?? 0} values for ${trees.length} nodes`);
  };
  const missing = integers(node, 'nodes_missing_value_tracks_true');
  const names = ofAll('nodes_modes', strings(node, 'nodes_modes'));
  return {
    trees,
    ids: ofAll('nodes_nodeids', integers(node, 'nodes_nodeids')),
    features: ofAll('nodes_featureids', integers(node, 'nodes_featureids')),
    values: ofAll('nodes_values', treeFloats(node, 'nodes_values', precision)),
    modes: names.map((name) => modeOf(node, name)),
    whenTrue: ofAll('nodes_truenodeids', integers(node, 'nodes_truenodeids')),
    whenFalse: ofAll('nodes_falsenodeids', integers(node, 'nodes_falsenodeids')),
    missingTrue: missing === null || missing.length === 0 ? null : ofAll('nodes_missing_value_tracks_true', missing),
  };
}

function modeOf(node: OnnxNode, name: string): NodeMode {
  const mode = modes.get(name);
  if (mode === undefined)
    throw refuse(node, `nodes_modes has ${JSON.stringify(name)}, which the operator doesn't define`);
  return mode;
}
