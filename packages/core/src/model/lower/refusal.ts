import { fail } from '../../errors/index.ts';
import type { OnnxNode } from '../onnx/types.ts';

/** Why a model isn't compiled: thrown within lowering, answered by `lower` as a value. */
export class Refusal extends Error {
  readonly op: string;
  readonly node: string;

  constructor(op: string, node: string, reason: string) {
    super(reason);
    this.name = 'Refusal';
    this.op = op;
    this.node = node;
  }
}

export function refuse(node: OnnxNode, reason: string): Refusal {
  return new Refusal(node.opType, node.name === '' ? (node.outputs[0] ?? '') : node.name, reason);
}

/** The error for a part of the model that contradicts another: no engine can run it. */
export function corrupt(node: OnnxNode, message: string): Error {
  return fail('ARTIFACT_CORRUPT', {
    message: `${node.opType}: ${message}.`,
    where: node.name === '' ? node.outputs[0] : node.name,
  });
}
