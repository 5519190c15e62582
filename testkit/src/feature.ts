import type { Feature, InputContract } from '@slipway/core';

/** A feature with the defaults of a launch file: a required number without bounds, unless the parts say otherwise. */
export function feature(parts: Partial<Feature> & { readonly name: string }): Feature {
  return {
    type: 'number',
    minimum: null,
    maximum: null,
    exclusiveMinimum: null,
    exclusiveMaximum: null,
    enum: null,
    maxLength: 1000,
    shape: null,
    items: parts.type === 'array' ? 'number' : null,
    unit: null,
    description: null,
    missing: { kind: 'reject' },
    ...parts,
  };
}

export function inputContract(features: readonly Feature[], parts: Partial<InputContract> = {}): InputContract {
  return { features, unit: null, context: [], ...parts };
}
