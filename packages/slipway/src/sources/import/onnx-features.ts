import type { ModelSignature, TensorSpec } from '@slipway/core';
import { unsupported } from './document.ts';
import type { ImportFeature } from './import-feature.ts';

/** Wider matrices are one array feature: nobody names the columns of an embedding. */
const columnsMax = 256;

/**
 * The features of a plain ONNX file, from its signature. One [N, F] matrix has a feature a column, named by `names` or
 * by counting; an input of one value a row is a feature; every other input is an array of fixed shape.
 */
export function onnxFeatures({ inputs }: ModelSignature, names: readonly string[] | null): ImportFeature[] {
  const [first] = inputs;
  if (first !== undefined && inputs.length === 1 && first.shape.length === 2) {
    const width = first.shape[1];
    const columns = typeof width === 'number' ? width : (names?.length ?? null);
    if (columns === null) {
      throw unsupported(
        `input ${first.name}`,
        'The file does not say how many features the model takes.',
        'Give a sample of the features with --data: its columns are taken for them.',
      );
    }
    if (columns > 1 && (columns <= columnsMax || first.type === 'string')) {
      return Array.from({ length: columns }, (_, at) => plainFeature(names?.[at] ?? `feature_${at + 1}`, first));
    }
  }
  return inputs.map((input) => inputFeature(input, inputs.length));
}

function inputFeature(input: TensorSpec, count: number): ImportFeature {
  const rest = input.shape.slice(1);
  if (rest.every((size) => size === 1)) return plainFeature(input.name, input);
  const shape = rest.map((size) => {
    if (typeof size === 'number' && size > 0) return size;
    throw unsupported(
      `input ${input.name}`,
      `The input has the shape [${input.shape.map((part) => part ?? '?').join(', ')}]: the size of a row is not told.`,
      `Export the model with fixed dimensions after the first${count > 1 ? ' for every input' : ''}.`,
    );
  });
  if (input.type === 'string') {
    throw unsupported(
      `input ${input.name}`,
      `The input takes ${shape.join(' x ')} texts a row; a contract has one text a feature.`,
      'Give each text column of the model an input of its own.',
    );
  }
  return { ...plainFeature(input.name, input), type: 'array', open: false, shape };
}

function plainFeature(name: string, { type }: TensorSpec): ImportFeature {
  const kind = kindOf(type);
  const shared = { open: kind === 'number', shape: [], categories: null, range: null, least: null, edges: [] };
  return { name, column: name, type: kind, missing: false, ...shared };
}

function kindOf(type: TensorSpec['type']): 'number' | 'integer' | 'boolean' | 'string' {
  if (type === 'string') return 'string';
  if (type === 'bool') return 'boolean';
  return type.startsWith('float') ? 'number' : 'integer';
}
