import type { OutputSpec, TensorSpec } from '@slipway/core';
import type { Artifact } from './read-artifact.ts';

/** What is in an artifact, for people and scripts. */
export interface ArtifactDescription {
  readonly path: string;
  readonly digest: string;
  readonly bytes: number;
  readonly producer: string;
  /** `ai.onnx.ml 1` and the like. */
  readonly opsets: readonly string[];
  /** Operators of the graph with how often each stands there, in order of first use. */
  readonly operators: readonly { readonly name: string; readonly count: number }[];
  readonly inputs: readonly string[];
  /** Those that nothing can read, like lists and maps, are named with what they are. */
  readonly outputs: readonly string[];
}

export function describeArtifact(artifact: Artifact): ArtifactDescription {
  const { model, signature } = artifact;
  return {
    path: artifact.path,
    digest: artifact.digest,
    bytes: artifact.bytes.length,
    producer: model.producer,
    opsets: [...model.opsets].map(([domain, version]) => `${domain === '' ? 'ai.onnx' : domain} ${version}`),
    operators: countOperators(artifact),
    inputs: signature.inputs.map(tensorText),
    outputs: [
      ...signature.outputs.map(outputText),
      ...(signature.unread ?? []).map(({ name, what }) => `${name}: ${what}, which cannot be read`),
    ],
  };
}

function outputText(spec: OutputSpec): string {
  const classes = spec.classes === null ? '' : `, ${spec.isLabel ? 'one of' : 'classes'} ${spec.classes.join(', ')}`;
  return `${tensorText(spec)}${classes}`;
}

function tensorText({ name, type, shape }: TensorSpec): string {
  return `${name}: ${type}[${shape.map((size) => size ?? '?').join(', ')}]`;
}

function countOperators({ model }: Artifact): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const node of model.graph.nodes) counts.set(node.opType, (counts.get(node.opType) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count }));
}
