import { callsOf, readFunctions } from './functions.ts';
import type { OnnxModel } from './types.ts';

/**
 * Whether a run may go on for ever: only a Loop repeats as often as its input says, in a subgraph or a function, too.
 * What other operators do is bounded by the sizes of their tensors.
 */
export function hasLoop(model: OnnxModel): boolean {
  const calls = [...model.graph.nodes.flatMap(callsOf), ...[...readFunctions(model).values()].flat()];
  return calls.includes('Loop') || calls.includes('ai.onnx.Loop');
}
