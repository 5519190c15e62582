import { isSlipwayError } from '../../errors/index.ts';
import type { OnnxModel, OnnxNode } from '../onnx/types.ts';
import type { Binding } from '../session.ts';
import { lowerInputs } from './inputs.ts';
import { knowsOperator, lower, lowerNode, neededNodes } from './lower.ts';
import { Refusal } from './refusal.ts';
import { Scope } from './scope.ts';

/** A part of the graph that the compiler leaves to ONNX Runtime. */
export interface RefusedPart {
  /** The operator, or `input`, `output` or `graph`. */
  readonly op: string;
  readonly node: string;
  readonly reason: string;
}

/**
 * All that stands in the way of compiling, in the order of the graph, where `lower` stops at the first. What a refused
 * part would have made is not there to judge those that read it, so of these only operators that the compiler does not
 * know at all are listed. Empty for a model that compiles.
 */
export function listRefusals(model: OnnxModel, binding: Binding): readonly RefusedPart[] {
  const scope = new Scope(model.graph.initializers, model.opsets);
  const refused: RefusedPart[] = [];
  const missing = new Set<string>();
  for (const input of model.graph.inputs) {
    const refusal = refusalOf(() => lowerInputs(scope, [input], binding.inputs));
    if (refusal === null) continue;
    refused.push(refusal);
    missing.add(input.name);
  }
  const wanted = binding.outputs.map((lane) => lane.output);
  for (const node of neededNodes(model.graph.nodes, wanted)) {
    const isJudged = !readsAny(node, missing) || !knowsOperator(node);
    const refusal = isJudged ? refusalOf(() => lowerNode(scope, node)) : null;
    if (refusal !== null) refused.push(refusal);
    if (isJudged && refusal === null) continue;
    for (const name of node.outputs) missing.add(name);
  }
  if (refused.length > 0) return refused;
  const { kind, ...whole } = lower(model, binding);
  return kind === 'refused' ? [whole as RefusedPart] : [];
}

function readsAny(node: OnnxNode, names: ReadonlySet<string>): boolean {
  return node.inputs.some((name) => names.has(name));
}

function refusalOf(attempt: () => void): RefusedPart | null {
  try {
    attempt();
    return null;
  } catch (thrown) {
    if (thrown instanceof Refusal) return { op: thrown.op, node: thrown.node, reason: thrown.message };
    if (!isSlipwayError(thrown)) throw thrown;
    return { op: 'graph', node: thrown.where ?? '', reason: thrown.message };
  }
}
