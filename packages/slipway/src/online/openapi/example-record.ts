import { type Feature, type InputContract, isWhole, type Value, widthOf } from '@slipway/core';

/** A record that the contract accepts, for people to start from. */
export function exampleRecord(input: InputContract): Readonly<Record<string, Value>> {
  const beside = [...(input.unit === null ? [] : [input.unit]), ...input.context];
  return Object.fromEntries([
    ...input.features.map((feature) => [feature.name, exampleValue(feature)]),
    ...beside.map((name) => [name, `a ${name}`]),
  ]);
}

/** More values than this would bury the page that they should explain: a picture has 150,000. */
const valuesMax = 500;

/** The same as text of one line, or null for a record that nobody wants to read. */
export function exampleText(input: InputContract): string | null {
  const values = input.features.reduce((sum, feature) => sum + Math.max(1, widthOf(feature)), 0);
  return values > valuesMax ? null : JSON.stringify(exampleRecord(input));
}

function exampleValue(feature: Feature): Value {
  if (feature.type === 'boolean') return true;
  if (feature.type === 'string') return feature.enum?.[0] ?? 'text'.slice(0, feature.maxLength);
  const number = exampleNumber(feature);
  if (feature.type !== 'array') return number;
  const shape = feature.shape ?? [];
  return shape.reduceRight<Value>((element, size) => Array.from({ length: size }, () => element), number);
}

/** The middle of the range, or a number one beyond its only bound. */
function exampleNumber(feature: Feature): number {
  const low = feature.minimum ?? feature.exclusiveMinimum;
  const high = feature.maximum ?? feature.exclusiveMaximum;
  const between =
    low !== null && high !== null ? (low + high) / 2 : low !== null ? low + 1 : high !== null ? high - 1 : 1;
  if (!isWhole(feature)) return between;
  const rounded = Math.round(between);
  const isWithin = (low === null || rounded >= low) && (high === null || rounded <= high);
  return isWithin ? rounded : Math.floor(between);
}
