import { tooLarge } from './damage.ts';
import { callsOf, type Operator, readFunctions } from './functions.ts';
import { onnxLimits } from './limits.ts';
import type { OnnxModel } from './types.ts';
import { damaged } from './wire.ts';

/**
 * A model may bring functions of its own, which ONNX Runtime unfolds when it opens the model. Functions that call others
 * twice double with each level: two kilobytes of them can ask for more nodes than there is memory. Raises
 * ARTIFACT_TOO_LARGE where they would unfold to more than `nodesMax` nodes, and Damage where one calls itself.
 */
export function checkFunctions(model: OnnxModel): void {
  const functions = readFunctions(model);
  if (functions.size === 0) return;
  const sizes = new Map<Operator, number>();
  const open = new Set<Operator>();
  const sizeOf = (operator: Operator): number => {
    const calls = functions.get(operator);
    if (calls === undefined) return 1;
    const known = sizes.get(operator);
    if (known !== undefined) return known;
    if (open.has(operator)) damaged(`the function ${operator} calls itself`);
    if (open.size >= onnxLimits.depthMax) damaged(`its functions nest deeper than ${onnxLimits.depthMax}`);
    open.add(operator);
    const size = bounded(calls.reduce((sum, call) => sum + sizeOf(call), 0));
    open.delete(operator);
    sizes.set(operator, size);
    return size;
  };
  // Also those that nobody calls are read by ONNX Runtime.
  for (const operator of functions.keys()) sizeOf(operator);
  bounded(model.graph.nodes.reduce((sum, node) => sum + callsOf(node).reduce((own, call) => own + sizeOf(call), 0), 0));
}

function bounded(nodes: number): number {
  if (nodes <= onnxLimits.nodesMax) return nodes;
  throw tooLarge(`The model's functions unfold to more than ${onnxLimits.nodesMax} nodes.`, 'functions');
}
