import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integers } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { matrix } from './tensor.ts';

/** FeatureVectorizer: inputs side by side in float32, each cut or filled up with zeros to its place in `inputdimensions`. */
export function lowerFeatureVectorizer(scope: Scope, node: OnnxNode): void {
  const widths = integers(node, 'inputdimensions') ?? [];
  if (widths.length !== node.inputs.length)
    throw refuse(node, `it has ${widths.length} inputdimensions for ${node.inputs.length} inputs`);
  const lanes = widths.flatMap((width, index) => part(scope, node, index, width));
  scope.output(node, 0, matrix(lanes));
}

function part(scope: Scope, node: OnnxNode, index: number, width: number): readonly Lane[] {
  const { type, dims, lanes } = scope.numbers(node, index);
  // ONNX Runtime reads a value of one size as a single row.
  if (dims[0] !== null || dims.length < 2) throw refuse(node, `input ${index} is not a table`);
  if (type === 'bool') throw refuse(node, `input ${index} is of type bool`);
  if (width < 0) throw refuse(node, `an input has ${width} columns`);
  const rounded =
    type === 'float32'
      ? lanes
      : scope.add({ op: 'map', fn: 'round', precision: 'float32', inputs: lanes }, lanes.length);
  const missing = Math.max(0, width - lanes.length);
  const filling = missing === 0 ? [] : scope.constantLanes(new Array<number>(missing).fill(0));
  return [...rounded.slice(0, width), ...filling];
}
