import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx/types.ts';
import { refuse } from './refusal.ts';

/** The attribute, or null without one; refuses another type than ONNX gives it. */
function find<T extends OnnxAttribute['type']>(
  node: OnnxNode,
  name: string,
  type: T,
): Extract<OnnxAttribute, { type: T }> | null {
  const attribute = node.attributes.get(name);
  if (attribute === undefined) return null;
  if (attribute.type !== type) throw refuse(node, `attribute ${name} is of type ${attribute.type}, not ${type}`);
  return attribute as Extract<OnnxAttribute, { type: T }>;
}

export function floats(node: OnnxNode, name: string): Float32Array | null {
  return find(node, name, 'floats')?.value ?? null;
}

/** Integers as numbers; refuses those that a number can't hold. */
export function integers(node: OnnxNode, name: string): readonly number[] | null {
  const values = find(node, name, 'ints')?.value;
  if (values === undefined) return null;
  const numbers = new Array<number>(values.length);
  for (let at = 0; at < values.length; at++) numbers[at] = safeInteger(node, name, values[at]);
  return numbers;
}

export function strings(node: OnnxNode, name: string): readonly string[] | null {
  return find(node, name, 'strings')?.value ?? null;
}

export function tensor(node: OnnxNode, name: string): OnnxTensor | null {
  return find(node, name, 'tensor')?.value ?? null;
}

export function float(node: OnnxNode, name: string, otherwise: number): number {
  return find(node, name, 'float')?.value ?? otherwise;
}

export function text(node: OnnxNode, name: string, otherwise: string): string {
  return find(node, name, 'string')?.value ?? otherwise;
}

export function integer(node: OnnxNode, name: string, otherwise: number): number {
  const value = find(node, name, 'int')?.value;
  return value === undefined ? otherwise : safeInteger(node, name, value);
}

export function oneOf<T extends string>(node: OnnxNode, name: string, allowed: readonly T[], otherwise: T): T {
  const value = text(node, name, otherwise);
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw refuse(node, `${name} is ${JSON.stringify(value)}, not one of ${allowed.join(', ')}`);
  return found;
}

function safeInteger(node: OnnxNode, name: string, value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw refuse(node, `attribute ${name} holds ${value}, beyond 2^53`);
  return number;
}
