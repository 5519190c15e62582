import type { OnnxNode } from '../onnx/types.ts';
import { floats, oneOf } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { isTable, matrix } from './tensor.ts';

/** Scaler: `(x - offset) * scale`. Float64 input is computed in float64 and rounded once, integers are rounded first. */
export function lowerScaler(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  const columns = tensor.lanes.length;
  const offset = floats(node, 'offset');
  const factor = floats(node, 'scale');
  if (offset === null || factor === null || offset.length !== factor.length) {
    throw refuse(node, 'offset and scale are not of one length');
  }
  if (offset.length !== columns && offset.length !== 1)
    throw refuse(node, `offset has ${offset.length} values for ${columns} columns`);
  if (offset.length !== 1 && !isTable(tensor)) throw refuse(node, 'input is not a table');
  const wide = tensor.type === 'float64';
  const inputs = wide ? tensor.lanes : scope.float32Input(node);
  const spread = (values: Float32Array) =>
    values.length === columns ? values : new Float32Array(columns).fill(values[0]);
  const lanes = scope.add({ op: 'scale', inputs, offset: spread(offset), factor: spread(factor), wide }, columns);
  scope.output(node, 0, { type: 'float32', dims: tensor.dims, lanes });
}

export function lowerNormalizer(scope: Scope, node: OnnxNode): void {
  const norm = oneOf(node, 'norm', ['MAX', 'L1', 'L2'], 'MAX');
  if (scope.input(node).dims.length !== 2) throw refuse(node, 'input is not a table');
  const inputs = scope.float32Input(node);
  scope.output(node, 0, matrix(scope.add({ op: 'normalize', inputs, norm }, inputs.length)));
}
