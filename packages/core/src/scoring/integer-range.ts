import { type Feature, type InputContract, isWhole } from '../contract/index.ts';
import type { Binding, TensorSpec, TensorType } from '../model/index.ts';
import { mismatch, quoted } from './mismatch.ts';

/** What integer types hold, as far as a number tells integers apart: from -(2^53 - 1) to 2^53 - 1. */
const ranges: Partial<Record<TensorType, readonly [low: number, high: number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int8: [-128, 127],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  uint32: [0, 2 ** 32 - 1],
  uint16: [0, 2 ** 16 - 1],
  uint8: [0, 255],
  bool: [0, 1],
};

/**
 * The contract with the bounds that the model's integer inputs have by their type, where it has none of its own: 300 for
 * a uint8 is the caller's error then, told with field and value, and not a failure of the model.
 */
export function withTypeBounds(contract: InputContract, { inputs }: Binding): InputContract {
  const features = contract.features.map((feature, index): Feature => {
    const range = rangeFor(feature, inputs[index]?.type);
    if (range === null) return feature;
    const [low, high] = range;
    const minimum = feature.minimum ?? (feature.exclusiveMinimum === null ? low : null);
    const maximum = feature.maximum ?? (feature.exclusiveMaximum === null ? high : null);
    return { ...feature, minimum, maximum };
  });
  return { ...contract, features };
}

/** Raises CONTRACT_MISMATCH where the contract allows what the type of the input cannot hold. */
export function checkBounds(feature: Feature, spec: TensorSpec): void {
  const range = rangeFor(feature, spec.type);
  if (range === null) return;
  const [low, high] = range;
  const refuse = (bound: 'minimum' | 'maximum', value: number | null) => {
    if (value === null || (value >= low && value <= high)) return;
    const message = `The feature allows ${value}, the model's input ${quoted(spec.name)} of type ${spec.type} holds ${low} to ${high}.`;
    throw mismatch(message, `input.${feature.name}.${bound}`, `Write a \`${bound}\` within that.`);
  };
  refuse('minimum', feature.minimum);
  refuse('maximum', feature.maximum);
}

function rangeFor(feature: Feature, type: TensorType | undefined): readonly [low: number, high: number] | null {
  return isWhole(feature) && type !== undefined ? (ranges[type] ?? null) : null;
}
