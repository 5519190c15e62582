import { type Binding, listRefusals } from '@slipway/core';
import type { Artifact } from './read-artifact.ts';

/** Nodes of one operator that the compiler refuses for one reason. */
export interface RefusedGroup {
  readonly operator: string;
  readonly count: number;
  /** The first of them. */
  readonly node: string;
  readonly reason: string;
}

/** All operators that stand in the way of compiling a model, each with its reason; empty where none does. */
export function refusedOperators({ model }: Artifact, binding: Binding): readonly RefusedGroup[] {
  const groups = new Map<string, { operator: string; count: number; node: string; reason: string }>();
  for (const { op, node, reason } of listRefusals(model, binding)) {
    const key = JSON.stringify([op, reason]);
    const group = groups.get(key) ?? { operator: op, count: 0, node, reason };
    group.count += 1;
    groups.set(key, group);
  }
  return [...groups.values()];
}
