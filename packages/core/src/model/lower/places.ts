import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import type { LabelTensor, Tensor, Text } from './tensor.ts';

export type Key = string | number;

/** Keys, each once, and which entry of the given list each of them stands for. */
export interface Keys {
  readonly keys: readonly Key[];
  readonly entries: readonly number[];
}

/** The entry that counts where a key stands twice: which of them it is differs from operator to operator. */
export function uniqueKeys(given: readonly Key[], counts: 'first' | 'last'): Keys {
  const entries = new Map<Key, number>();
  given.forEach((key, entry) => {
    if (counts === 'last' || !entries.has(key)) entries.set(key, entry);
  });
  return { keys: [...entries.keys()], entries: [...entries.values()] };
}

/** For each element of the value a lane with its place in `keys`, or `keys.length` where it is none of them. */
export function placesAmong(scope: Scope, node: OnnxNode, tensor: Tensor, keys: readonly Key[]): readonly Lane[] {
  if (tensor.type === 'label') return labelPlaces(scope, tensor, keys);
  if (tensor.type === 'text') return textPlaces(scope, node, tensor.texts, keys.map(String));
  const numbers = keys.map(Number);
  return scope.add({ op: 'position', inputs: tensor.lanes, keys: numbers }, tensor.lanes.length);
}

function labelPlaces(scope: Scope, { lanes, labels }: LabelTensor, keys: readonly Key[]): readonly Lane[] {
  const placeOf = placesOf(keys);
  const table = labels.map(placeOf);
  return scope.add({ op: 'lookup', inputs: lanes, table }, lanes.length);
}

/** The place of a key, or the number of keys where it is none of them. Keys stand once each; NaN is none, as for ONNX. */
function placesOf(keys: readonly Key[]): (key: Key) => number {
  const places = new Map(keys.map((key, place): [Key, number] => [key, place]));
  return (key) => (Number.isNaN(key) ? keys.length : (places.get(key) ?? keys.length));
}

/** Texts that are read from features share one step, so that their table of keys stands once. */
function textPlaces(scope: Scope, node: OnnxNode, texts: readonly Text[], keys: readonly string[]): readonly Lane[] {
  const features = [...new Set(texts.flatMap(featuresOf))];
  const read = features.length === 0 ? [] : scope.add({ op: 'category', from: features, keys }, features.length);
  const placeOf = placesOf(keys);
  const place = (text: Text): Lane => {
    switch (text.kind) {
      case 'feature':
        return read[features.indexOf(text.feature)];
      case 'coded': {
        const table = text.table.map(placeOf);
        return scope.add({ op: 'lookup', inputs: [text.lane], table }, 1)[0];
      }
      case 'integer':
        return integerPlace(scope, node, text.lane, keys);
      case 'choice': {
        const [inputs, others] = [[place(text.yes)], [place(text.no)]];
        return scope.add({ op: 'select', conditions: [text.condition], inputs, others }, 1)[0];
      }
    }
  };
  return texts.map(place);
}

function featuresOf(text: Text): number[] {
  if (text.kind === 'feature') return [text.feature];
  return text.kind === 'choice' ? [...featuresOf(text.yes), ...featuresOf(text.no)] : [];
}

/** The decimal text of an integer is a key where the integer is what the key spells; other keys it can't be. */
function integerPlace(scope: Scope, node: OnnxNode, lane: Lane, keys: readonly string[]): Lane {
  if (keys.some((key) => /^-?\d{16,}$/.test(key))) throw refuse(node, 'it compares the text of integers beyond 2^53');
  const spelled = keys.map((key) => (/^(0|-?[1-9]\d*)$/.test(key) ? Number(key) : Number.NaN));
  return scope.add({ op: 'position', inputs: [lane], keys: spelled }, 1)[0];
}
