import { type FloatArray, floatsOf, type TreePrecision } from '../ir/tree-ensemble.ts';
import type { OnnxNode, OnnxTensor } from '../onnx/types.ts';
import { floats } from './attributes.ts';
import { corrupt, refuse } from './refusal.ts';

/**
 * The numbers of an attribute of the older tree operators: of `name`, widened for float64 trees, or of `name_as_tensor`,
 * which must have the type of the trees. Null without either.
 */
export function treeFloats(node: OnnxNode, name: string, precision: TreePrecision): FloatArray | null {
  const list = floats(node, name);
  const tensor = tensorAttribute(node, `${name}_as_tensor`);
  const whole = tensor === null ? null : numbersOf(node, `${name}_as_tensor`, tensor, precision);
  if (whole === null || whole.length === 0) return list === null ? null : floatsOf(precision, list);
  if (list !== null && list.length > 0) throw refuse(node, `it has both ${name} and ${name}_as_tensor`);
  return whole;
}

/** The numbers of a tensor attribute of TreeEnsemble; null without it. */
export function tensorFloats(node: OnnxNode, name: string, precision: TreePrecision): FloatArray | null {
  const tensor = tensorAttribute(node, name);
  return tensor === null ? null : numbersOf(node, name, tensor, precision);
}

/** The bytes of a tensor attribute of type uint8; null without it. */
export function tensorBytes(node: OnnxNode, name: string): Uint8Array | null {
  const tensor = tensorAttribute(node, name);
  if (tensor === null) return null;
  if (tensor.type === 'uint8') return tensor.data as Uint8Array;
  throw corrupt(node, `attribute ${name} holds ${tensor.type}, not uint8`);
}

function tensorAttribute(node: OnnxNode, name: string): OnnxTensor | null {
  const attribute = node.attributes.get(name);
  if (attribute === undefined) return null;
  if (attribute.type === 'tensor') return attribute.value;
  throw refuse(node, `attribute ${name} is of type ${attribute.type}, not tensor`);
}

function numbersOf(node: OnnxNode, name: string, { type, data }: OnnxTensor, precision: TreePrecision): FloatArray {
  if (type === precision) return data as FloatArray;
  throw refuse(node, `attribute ${name} holds ${type} but the input is ${precision}`);
}
