import type { OnnxNode } from './types.ts';

const mlDomain = 'ai.onnx.ml';

export function isZipMap(node: OnnxNode): boolean {
  return node.opType === 'ZipMap' && node.domain === mlDomain;
}

/** Class labels of a node, from the first of the given attributes that it has; null where a number can't hold one. */
export function labelsOf(node: OnnxNode, names: readonly string[]): (string | number)[] | null {
  for (const name of names) {
    const attribute = node.attributes.get(name);
    if (attribute?.type === 'strings' && attribute.value.length > 0) return [...attribute.value];
    if (attribute?.type === 'ints' && attribute.value.length > 0) {
      const labels = Array.from(attribute.value, Number);
      return labels.every(Number.isSafeInteger) ? labels : null;
    }
  }
  return null;
}

export function zipMapLabels(node: OnnxNode): (string | number)[] | null {
  return labelsOf(node, ['classlabels_int64s', 'classlabels_strings']);
}
