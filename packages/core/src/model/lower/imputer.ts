import type { OnnxNode } from '../onnx/types.ts';
import { float, floats, integer, integers } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { isTable, type NumberTensor } from './tensor.ts';

/**
 * Imputer: one value in place of `replaced_value`, which is 0 unless given. ONNX Runtime takes a list of another length
 * than there are columns for its first value, and implements float32 and int64 only.
 */
export function lowerImputer(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  const { replaced, values } = replacements(node, tensor);
  if (values.length === 0) throw refuse(node, `it has no values of type ${tensor.type} to impute`);
  // Of a value of one size it takes rows for columns, and of one with three it counts along the second.
  if (!isTable(tensor) || (tensor.dims.length !== 2 && values.length > 1)) throw refuse(node, 'input is not a table');
  const count = tensor.lanes.length;
  const by = tensor.lanes.map((_, column) => values[values.length === count ? column : 0]);
  scope.output(node, 0, { ...tensor, lanes: scope.add({ op: 'impute', inputs: tensor.lanes, replaced, by }, count) });
}

function replacements(node: OnnxNode, { type }: NumberTensor): { replaced: number; values: readonly number[] } {
  const floating = Array.from(floats(node, 'imputed_value_floats') ?? []);
  const whole = integers(node, 'imputed_value_int64s') ?? [];
  if (floating.length > 0 && whole.length > 0) throw refuse(node, 'it imputes floats and integers');
  if (type === 'float32') return { replaced: float(node, 'replaced_value_float', 0), values: floating };
  if (type === 'int64') return { replaced: integer(node, 'replaced_value_int64', 0), values: whole };
  throw refuse(node, `input is of type ${type}, which ONNX Runtime does not implement`);
}
