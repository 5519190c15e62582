import type { OnnxGraph, OnnxModel } from './types.ts';
import { damaged } from './wire.ts';

/**
 * Every name is made once, before it is read: so the graph has no cycle and nothing in it is undefined. `others` are
 * names of initializers that stand outside of `initializers`.
 */
export function checkNames(graph: OnnxGraph, others: ReadonlySet<string>): void {
  const known = new Set<string>([...graph.initializers.keys(), ...others]);
  const define = (name: string, what: string): void => {
    if (name === '' || known.has(name)) damaged(`${what} has no name, or one that is taken: ${JSON.stringify(name)}`);
    known.add(name);
  };
  for (const input of graph.inputs) define(input.name, 'an input of the graph');
  for (const node of graph.nodes) {
    // An empty name stands for an optional input or output that is left out.
    for (const name of node.inputs)
      if (name !== '' && !known.has(name))
        damaged(`${node.opType} reads ${JSON.stringify(name)}, which nothing made yet`, orderHint);
    for (const name of node.outputs) if (name !== '') define(name, `an output of ${node.opType}`);
  }
  if (graph.outputs.length === 0) damaged('the graph has no output');
  const given = new Set<string>();
  for (const { name } of graph.outputs) {
    if (!known.has(name)) damaged(`nothing makes the graph's output ${JSON.stringify(name)}`);
    if (given.has(name)) damaged(`the graph gives ${JSON.stringify(name)} twice`);
    given.add(name);
  }
}

const orderHint =
  'A graph has no circle, and its nodes stand in the order in which they run. Export the model again; onnx.checker in Python shows all that is wrong with it.';

/** Every operator belongs to a set that the model imports. */
export function checkDomains(model: OnnxModel): void {
  const missing = model.graph.nodes.find((node) => !model.opsets.has(node.domain));
  if (missing === undefined) return;
  const domain = JSON.stringify(missing.domain === '' ? 'ai.onnx' : missing.domain);
  damaged(
    `the operator ${missing.opType} is of the domain ${domain}, whose opset it doesn't import`,
    `Export the model again, or add the opset of its exporter, in Python: model.opset_import.append(onnx.helper.make_opsetid(${domain}, VERSION)).`,
  );
}
