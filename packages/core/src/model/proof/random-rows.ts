import { type Feature, type InputContract, isWhole } from '../../contract/index.ts';
import { nextDown, nextDownFloat64, nextUp, nextUpFloat64 } from '../math/index.ts';
import type { FeatureBatch } from '../session.ts';
import type { FeatureEdges } from './edges.ts';

/** A source of numbers from 0 up to but not 1. */
export type RandomSource = () => number;

/**
 * Rows for a proof, drawn from what the contract allows: the whole range of each feature, the values at which the model
 * changes its mind with the number on either side in the precision that it reads, the texts that it knows and others, the ends of the range, and
 * missing values where they reach the model. `edges` are those values and texts by feature.
 */
export function randomRows(
  contract: InputContract,
  edges: readonly FeatureEdges[],
  rows: number,
  random: RandomSource,
): FeatureBatch {
  const columns = contract.features.map((feature, index) => {
    const own = edges[index] ?? noEdges;
    if (feature.type === 'string') return Array.from({ length: rows }, () => randomText(feature, own, random));
    const width = (feature.shape ?? []).reduce((product, size) => product * size, 1);
    return Float64Array.from({ length: rows * width }, () => randomNumber(feature, own, random));
  });
  return { rows, columns };
}

const noEdges: FeatureEdges = { numbers: new Float64Array(0), wide: false, texts: [], closed: false };

/** How often a value is none that the model knows, where such a value is an error to it. */
const strangeShare = 0.002;

/** A text of the contract's list; without one, a text that the model knows, or one that is nearly so. */
function randomText(feature: Feature, { texts, closed }: FeatureEdges, random: RandomSource): string {
  const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)] ?? '';
  if (feature.enum !== null) return pick(feature.enum.map(String));
  const known = random() >= (closed ? strangeShare : 0.3);
  if (known && texts.length > 0) return pick(texts);
  const near = pick(texts);
  return pick(['', 'a', `${near} `, near.slice(1), near.toUpperCase(), near.normalize('NFD')]);
}

function randomNumber(feature: Feature, own: FeatureEdges, random: RandomSource): number {
  const { numbers: edges, closed } = own;
  if (closed && edges.length > 0 && random() >= strangeShare) return edges[Math.floor(random() * edges.length)];
  const choice = random();
  if (choice < 0.08 && feature.missing.kind === 'null') return Number.NaN;
  if (choice < 0.12 && feature.missing.kind === 'fill') return Number(feature.missing.value);
  if (feature.type === 'boolean') return random() < 0.5 ? 0 : 1;
  const value = choice < 0.4 && edges.length > 0 ? besideEdge(feature, own, random) : anywhere(feature, edges, random);
  return withinRange(feature, isWhole(feature) ? Math.round(value) : value);
}

/**
 * A value at which the model changes its mind, or the one just below or above it: the next whole number, float32 or
 * float64. What is read as a float64 may be rounded to float32 behind, so there it is now the one, now the other.
 */
function besideEdge(feature: Feature, { numbers, wide }: FeatureEdges, random: RandomSource): number {
  const exact = numbers[Math.floor(random() * numbers.length)];
  const side = random();
  if (isWhole(feature)) return side < 0.34 ? exact : side < 0.67 ? Math.ceil(exact) - 1 : Math.floor(exact) + 1;
  if (wide && random() < 0.6) return side < 0.34 ? exact : side < 0.67 ? nextDownFloat64(exact) : nextUpFloat64(exact);
  const edge = Math.fround(exact);
  return side < 0.34 ? edge : side < 0.67 ? nextDown(edge) : nextUp(edge);
}

function anywhere(feature: Feature, edges: Float64Array, random: RandomSource): number {
  const low = feature.minimum ?? feature.exclusiveMinimum;
  const high = feature.maximum ?? feature.exclusiveMaximum;
  const end = random();
  if (low !== null && end < 0.02) return low;
  if (high !== null && end > 0.98) return high;
  if (low !== null && high !== null) return low + random() * (high - low);
  const spread = spreadOf(edges);
  if (low !== null) return low + spread * magnitude(random);
  if (high !== null) return high - spread * magnitude(random);
  return (random() < 0.5 ? -spread : spread) * magnitude(random);
}

/** How far values of interest lie apart: what the model itself compares with, or 1. */
function spreadOf(edges: Float64Array): number {
  let largest = 0;
  for (const edge of edges) if (Number.isFinite(edge)) largest = Math.max(largest, Math.abs(edge));
  return largest === 0 ? 1 : largest;
}

/** Mostly below 2, seldom large, now and then 0. */
function magnitude(random: RandomSource): number {
  const choice = random();
  if (choice < 0.02) return 0;
  return choice < 0.9 ? 2 * random() : 1000 ** random();
}

function withinRange(feature: Feature, value: number): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = feature;
  if (minimum !== null && value < minimum) return minimum;
  if (maximum !== null && value > maximum) return maximum;
  if (exclusiveMinimum !== null && value <= exclusiveMinimum) return inside(feature, exclusiveMinimum);
  if (exclusiveMaximum !== null && value >= exclusiveMaximum) return inside(feature, exclusiveMaximum);
  return Number.isFinite(value) ? value : 0;
}

/** Some value within the range, off an end that is not part of it. */
function inside(feature: Feature, end: number): number {
  const low = feature.exclusiveMinimum ?? feature.minimum;
  const high = feature.exclusiveMaximum ?? feature.maximum;
  if (isWhole(feature)) return end === low ? Math.floor(end) + 1 : Math.ceil(end) - 1;
  if (low !== null && high !== null) return (low + high) / 2;
  return end === low ? end + Math.max(1e-6, Math.abs(end) * 1e-6) : end - Math.max(1e-6, Math.abs(end) * 1e-6);
}
