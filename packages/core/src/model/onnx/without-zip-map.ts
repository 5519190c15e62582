import type { OnnxGraph, OnnxModel, OnnxNode, OnnxValueInfo } from './types.ts';
import { isZipMap, zipMapLabels } from './zip-map.ts';

/**
 * The model with the score tensor in place of each ZipMap's list of maps, under the same output name: every row's
 * scores side by side, in the order of the class labels. ONNX Runtime can't hand lists of maps to JavaScript. The same
 * object where there is no ZipMap at an output.
 */
export function withoutZipMap(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const consumed = new Set(graph.nodes.flatMap((node) => node.inputs));
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const zipMaps = new Map<string, OnnxNode>();
  for (const node of graph.nodes) {
    const name = node.outputs[0] ?? '';
    if (isZipMap(node) && outputs.has(name) && !consumed.has(name)) zipMaps.set(name, node);
  }
  return zipMaps.size === 0 ? model : { ...model, opsets: withCore(model.opsets), graph: passThrough(graph, zipMaps) };
}

/** Identity in place of ZipMap: the scores keep their own name too, which other nodes and outputs may read. */
function passThrough(graph: OnnxGraph, zipMaps: ReadonlyMap<string, OnnxNode>): OnnxGraph {
  const nodes = graph.nodes.map((node) =>
    zipMaps.get(node.outputs[0] ?? '') === node
      ? { ...node, opType: 'Identity', domain: '', attributes: new Map<string, never>() }
      : node,
  );
  return { ...graph, nodes, outputs: graph.outputs.map((output) => scoresInfo(output, zipMaps.get(output.name))) };
}

/** A ZipMap takes float32 alone. */
function scoresInfo(output: OnnxValueInfo, zipMap: OnnxNode | undefined): OnnxValueInfo {
  if (zipMap === undefined) return output;
  return { name: output.name, type: 'float32', shape: [null, zipMapLabels(zipMap)?.length ?? null] };
}

/** Identity belongs to the default domain, which a model of ai.onnx.ml operators alone need not import. */
function withCore(opsets: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return opsets.has('') ? opsets : new Map([...opsets, ['', 13]]);
}
