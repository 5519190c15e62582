import type { Binding, Feature, InputContract } from '@slipway/core';
import { feature, inputContract } from './feature.ts';
import type { RealModel } from './real-models.ts';

/** A contract as somebody would infer it from the rows of a model: ranges, categories, and what may be missing. */
export function realContract({ rows }: RealModel, binding: Binding): InputContract {
  return inputContract(
    binding.inputs.map(({ type }, index) => {
      const values = rows.map((row) => row[index]);
      const name = `f${index}`;
      if (type === 'string') return feature({ name, type: 'string', enum: [...new Set(values.map(String))] });
      return numberFeature(name, type === 'int64' ? 'integer' : 'number', values as (number | null)[]);
    }),
  );
}

function numberFeature(name: string, type: 'integer' | 'number', values: readonly (number | null)[]): Feature {
  const numbers = values.filter((value) => value !== null);
  return feature({
    name,
    type,
    minimum: Math.min(...numbers),
    maximum: Math.max(...numbers),
    missing: { kind: numbers.length < values.length ? 'null' : 'reject' },
  });
}
