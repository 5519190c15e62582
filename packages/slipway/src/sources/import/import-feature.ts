import type { RawFeature } from '@slipway/core';
import { roundedRange } from '../training/rounded-range.ts';
import type { BoostedModel, ModelFeature } from './boosted-model.ts';

/** A feature of an imported model, as the contract will have it: from the file, then narrowed by the sample. */
export interface ImportFeature {
  readonly name: string;
  /** What a sample calls its column: the name in the model file, where that is none that a launch file can hold. */
  readonly column: string;
  readonly type: RawFeature['type'];
  /** Whether a sample may say that a number is an integer or a boolean: the file does not. */
  readonly open: boolean;
  /** Of an array. */
  readonly shape: readonly number[];
  /** Of an array whose elements are integers. */
  readonly items?: 'integer';
  /** Of a closed set of texts; null where the text is open. */
  readonly categories: readonly string[] | null;
  /** Least and greatest value seen in training or in the sample. */
  readonly range: readonly [number, number] | null;
  /** What the model itself has for values, whatever was seen; null where it takes any. */
  readonly bounds: { readonly minimum?: number; readonly maximum?: number } | null;
  /** Whether the model answers for a missing value. */
  readonly missing: boolean;
  /** Values at which the model may change its mind, for examples that show something. */
  readonly edges: readonly number[];
  /** Texts that the model knows, where it takes others too. */
  readonly examples?: readonly string[];
  /** Whether a number that is none of the edges is an error to the model. */
  readonly closed?: boolean;
}

/** More categories than this would make a launch file that nobody reads, and it allows no more. */
const categoriesMax = 10_000;

export function rawFeature(feature: ImportFeature): RawFeature {
  const { type, shape, categories, missing } = feature;
  const absent: { missing?: null } = missing ? { missing: null } : {};
  switch (type) {
    case 'boolean':
      return { type, ...absent };
    case 'string':
      return {
        type,
        ...(categories === null || categories.length > categoriesMax ? {} : { enum: categories }),
        ...absent,
      };
    case 'array':
      return { type, shape, ...(feature.items === undefined ? {} : { items: feature.items }), ...absent };
    case 'integer':
      return { type, ...boundsOf(feature), ...absent };
    default:
      return { type, ...boundsOf(feature), ...absent };
  }
}

function boundsOf({ range, bounds }: ImportFeature): { minimum?: number; maximum?: number } {
  if (bounds !== null) return bounds;
  return range === null ? {} : (roundedRange(...range) ?? {});
}

/** The features of a model of boosted trees, from what its file says of them. */
export function boostedFeatures(model: BoostedModel, columns: readonly string[]): ImportFeature[] {
  const edges = edgesByFeature(model);
  return model.features.map((feature, index): ImportFeature => {
    const { name, missing } = feature;
    const column = columns[index] ?? name;
    return { ...typeOf(feature), name, column, missing, shape: [], edges: edges[index] ?? [] };
  });
}

type Typed = Pick<ImportFeature, 'type' | 'open' | 'categories' | 'range' | 'bounds'>;

function typeOf({ kind, categories, range }: ModelFeature): Typed {
  const plain = { open: false, categories: null, range, bounds: null };
  if (kind === 'any') return { ...plain, type: 'number', open: true };
  if (kind !== 'category') return { ...plain, type: kind };
  // Codes count from 0.
  if (categories === null) return { ...plain, type: 'integer', range: null, bounds: { minimum: 0 } };
  if (typeof categories[0] === 'string')
    return { ...plain, type: 'string', categories: categories as string[], range: null };
  const values = categories as readonly number[];
  const minimum = values.reduce((end, value) => Math.min(end, value), Number.POSITIVE_INFINITY);
  const maximum = values.reduce((end, value) => Math.max(end, value), Number.NEGATIVE_INFINITY);
  return {
    ...plain,
    type: values.every(Number.isSafeInteger) ? 'integer' : 'number',
    range: null,
    bounds: { minimum, maximum },
  };
}

const edgesMax = 64;

/** Some thresholds of each feature, in the order of the trees. */
function edgesByFeature({ features, scorer }: BoostedModel): number[][] {
  const edges = features.map((): number[] => []);
  if (scorer.kind === 'linear') return edges;
  for (const { nodes } of scorer.trees) {
    for (const node of nodes) {
      if (node.kind === 'leaf') continue;
      const list = edges[node.feature] as number[];
      if (list.length >= edgesMax) continue;
      if (node.test.op === 'member') list.push(...node.test.members.filter(Number.isInteger).slice(0, edgesMax));
      else if (Number.isFinite(node.test.threshold)) list.push(node.test.threshold);
    }
  }
  return edges;
}
