import { callsOf, type Operator, readFunctions } from './functions.ts';
import type { OnnxModel } from './types.ts';

/** Domains whose operators ONNX Runtime brings, or reserves. */
const knownDomains = /^(ai\.onnx(\..+)?|com\.microsoft(\..+)?|com\.ms\..+|org\.pytorch\.aten)$/;

/**
 * Operators of domains that are neither ONNX's nor ONNX Runtime's, and that no function of the model defines: they need
 * a library of their own. Also those within subgraphs and functions; each once, in order of first use.
 */
export function customOperators(model: OnnxModel): readonly { readonly domain: string; readonly opType: string }[] {
  const functions = readFunctions(model);
  const calls = [...model.graph.nodes.flatMap(callsOf), ...[...functions.values()].flat()];
  return [...new Set(calls)].filter((operator) => isCustom(operator, functions)).map(parted);
}

function isCustom(operator: Operator, functions: ReadonlyMap<Operator, unknown>): boolean {
  const { domain } = parted(operator);
  return domain !== '' && !knownDomains.test(domain) && !functions.has(operator);
}

function parted(operator: Operator): { domain: string; opType: string } {
  const dot = operator.lastIndexOf('.');
  return { domain: operator.slice(0, Math.max(0, dot)), opType: operator.slice(dot + 1) };
}
