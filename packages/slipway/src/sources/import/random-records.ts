import type { Value } from '@slipway/core';
import { uniform } from '../../system/random.ts';
import type { ImportFeature } from './import-feature.ts';

/** Records that the contract allows, always the same: values at and around those where the model changes its mind. */
export function randomRecords(features: readonly ImportFeature[], count: number): Readonly<Record<string, Value>>[] {
  return Array.from({ length: count }, (_, row) => {
    const entries = features.map((feature, index): [string, Value] => [feature.name, randomValue(feature, row, index)]);
    return Object.fromEntries(entries);
  });
}

const seed = 20_231;
const shareMissing = 0.1;

function randomValue(feature: ImportFeature, row: number, index: number): Value {
  const draw = (stream: number) => uniform(seed, row, index * 4 + stream);
  if (feature.missing && feature.type !== 'array' && draw(0) < shareMissing) return null;
  switch (feature.type) {
    case 'boolean':
      return draw(1) < 0.5;
    case 'string': {
      const known = feature.categories ?? feature.examples ?? [];
      const texts = known.length > 0 ? known : ['', 'a', 'b'];
      return texts[Math.floor(draw(1) * texts.length)] ?? '';
    }
    case 'array':
      return filled(feature.shape, (at) => {
        const value = uniform(seed + at, row, index * 4);
        return feature.items === 'integer' ? Math.round(value) : value;
      });
    case 'integer':
      return Math.round(randomNumber(feature, draw));
    default:
      return randomNumber(feature, draw);
  }
}

function randomNumber({ range, bounds, edges, closed }: ImportFeature, draw: (stream: number) => number): number {
  const [least, greatest] = [bounds?.minimum ?? range?.[0], bounds?.maximum ?? range?.[1]];
  const edge = edges[Math.floor(draw(2) * edges.length)];
  if (closed && edge !== undefined) return edge;
  const within = (value: number) =>
    Math.min(Math.max(value, least ?? Number.NEGATIVE_INFINITY), greatest ?? Number.POSITIVE_INFINITY);
  const isBounded = least !== undefined && greatest !== undefined;
  if (edge !== undefined && (draw(3) < 0.5 || !isBounded)) return within(edge + (draw(1) - 0.5) * Math.abs(edge));
  if (isBounded) return within(least + draw(1) * (greatest - least));
  return within(Math.round(draw(1) * 2000) / 1000);
}

/** Nested arrays of a shape, row-major. */
function filled(shape: readonly number[], value: (at: number) => number): Value {
  let next = 0;
  const level = (depth: number): Value =>
    depth === shape.length ? value(next++) : Array.from({ length: shape[depth] as number }, () => level(depth + 1));
  return level(0);
}
