import { type Feature, isWhole } from '../contract/index.ts';
import type { TensorSpec } from '../model/index.ts';
import { checkBounds } from './integer-range.ts';
import { mismatch, quoted } from './mismatch.ts';

/** Text and numbers never stand for each other, and an integer input would silently cut the fraction of a number. */
export function checkInputType(feature: Feature, spec: TensorSpec): void {
  const takesText = spec.type === 'string';
  const takesFractions = spec.type.startsWith('float');
  if ((feature.type === 'string') === takesText && (takesText || takesFractions || isWholeOrFlag(feature))) {
    if (!takesText && !takesFractions) checkInteger(feature, spec);
    return;
  }
  const given = feature.type === 'array' ? `an array of type ${feature.items}` : `of type ${feature.type}`;
  const message = `The feature is ${given}, the model's input ${quoted(spec.name)} takes ${spec.type}.`;
  throw mismatch(message, `input.${feature.name}`, hintFor(feature, takesText));
}

/** Only floats have a value for a missing one. */
function checkInteger(feature: Feature, spec: TensorSpec): void {
  checkBounds(feature, spec);
  if (feature.missing.kind !== 'null') return;
  const message = `The feature may be missing, and the model's input ${quoted(spec.name)} of type ${spec.type} has no missing value.`;
  throw mismatch(message, `input.${feature.name}.missing`, 'Fill in a value, or write `missing: reject`.');
}

function isWholeOrFlag(feature: Feature): boolean {
  return isWhole(feature) || feature.type === 'boolean';
}

function hintFor(feature: Feature, takesText: boolean): string {
  if (takesText) return 'Declare the feature as `type: string`.';
  if (feature.type === 'string') return 'Put the encoder into the model, or give the model the encoded number.';
  if (feature.type === 'array') return 'Declare `items: integer`, so that a fraction is refused and not cut.';
  return 'Declare the feature as `type: integer`, or give the model a float input.';
}
