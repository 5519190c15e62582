import { fail, type ModelSignature, type TensorSpec } from '@slipway/core';
import { unsupported } from './document.ts';
import type { ImportFeature } from './import-feature.ts';

/** Wider matrices are one array feature: nobody names the columns of an embedding. */
const columnsMax = 256;

/** What people add to what an ONNX file says of its inputs. */
export interface OnnxHints {
  /** Names of the sample's columns; null without a sample. */
  readonly names: readonly string[] | null;
  /** The sizes of a row of an input, by its name, where the file leaves them open. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/**
 * The features of a plain ONNX file, from its signature. One [N, F] matrix has a feature a column, named by `names` or
 * by counting; an input of one value a row is a feature; every other input is an array of fixed shape.
 */
export function onnxFeatures({ inputs }: ModelSignature, { names, shapes }: OnnxHints): ImportFeature[] {
  checkShapes(inputs, shapes);
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
  return inputs.map((input) => inputFeature(input, shapes));
}

function checkShapes(inputs: readonly TensorSpec[], shapes: OnnxHints['shapes']): void {
  const unknown = Object.keys(shapes).find((name) => !inputs.some((input) => input.name === name));
  if (unknown === undefined) return;
  const message = `The model has no input ${JSON.stringify(unknown)}.`;
  const hint = `Its inputs are ${inputs.map(({ name }) => name).join(', ')}.`;
  throw fail('USAGE', { message, where: '--shape', hint });
}

function inputFeature(input: TensorSpec, shapes: OnnxHints['shapes']): ImportFeature {
  const rest = input.shape.slice(1);
  if (rest.every((size) => size === 1)) return plainFeature(input.name, input);
  const given = Object.hasOwn(shapes, input.name) ? shapes[input.name] : undefined;
  const shape = rest.map((size, index) => {
    const wanted = given?.length === rest.length ? given[index] : undefined;
    if (typeof size === 'number' && size > 0 && (wanted === undefined || wanted === size)) return size;
    if (typeof size !== 'number' && wanted !== undefined) return wanted;
    throw unsupported(
      `input ${input.name}`,
      `The input has the shape [${input.shape.map((part) => part ?? '?').join(', ')}]: the size of a row is not told, or told otherwise.`,
      `Say it with --shape ${input.name}=${rest.map((part) => (typeof part === 'number' ? part : 'N')).join('x')}, or export the model with fixed dimensions.`,
    );
  });
  if (input.type === 'string') {
    throw unsupported(
      `input ${input.name}`,
      `The input takes ${shape.join(' x ')} texts a row; a contract has one text a feature.`,
      'Give each text column of the model an input of its own.',
    );
  }
  const items = kindOf(input.type) === 'number' ? {} : { items: 'integer' as const };
  return { ...plainFeature(input.name, input), type: 'array', open: false, shape, ...items };
}

function plainFeature(name: string, { type }: TensorSpec): ImportFeature {
  const kind = kindOf(type);
  const shared = { open: kind === 'number', shape: [], categories: null, range: null, bounds: null, edges: [] };
  return { name, column: name, type: kind, missing: false, ...shared };
}

function kindOf(type: TensorSpec['type']): 'number' | 'integer' | 'boolean' | 'string' {
  if (type === 'string') return 'string';
  if (type === 'bool') return 'boolean';
  return type.startsWith('float') ? 'number' : 'integer';
}
