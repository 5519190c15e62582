import { shapeWidth } from './feature-check.ts';
import { blankIsMissing } from './record.ts';
import type { Feature, InputContract, OutputContract, OutputField } from './types.ts';

/** A JSON Schema (2020-12), as OpenAPI 3.1 uses it too. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of one record that the contract accepts. */
export function inputJsonSchema(contract: InputContract): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const feature of contract.features) properties[feature.name] = featureSchema(feature);
  if (contract.unit !== null) {
    properties[contract.unit] = {
      type: ['string', 'number', 'boolean', 'null'],
      description: 'What the prediction is about.',
    };
  }
  for (const name of contract.context) {
    properties[name] = {
      type: ['string', 'number', 'boolean', 'null'],
      description: 'Logged, never given to the model.',
    };
  }
  const required = contract.features
    .filter((feature) => feature.missing.kind === 'reject')
    .map((feature) => feature.name);
  return { type: 'object', properties, required, additionalProperties: false };
}

/** The schemas of the output fields by name. */
export function outputJsonSchemas(contract: OutputContract): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(contract.fields.map((field) => [field.name, outputSchema(field)]));
}

function featureSchema(feature: Feature): JsonSchema {
  const optional = feature.missing.kind !== 'reject';
  const description = [feature.description, feature.unit === null ? null : `Unit: ${feature.unit}.`]
    .filter(Boolean)
    .join(' ');
  return {
    ...(feature.type === 'array' ? arraySchema(feature, optional) : scalarSchema(feature, optional)),
    ...(description === '' ? {} : { description }),
    ...(feature.missing.kind === 'fill' ? { default: feature.missing.value } : {}),
  };
}

function scalarSchema(feature: Feature, optional: boolean): JsonSchema {
  const blank = blankIsMissing(feature) ? [''] : [];
  const categories = feature.enum === null ? {} : { enum: optional ? [...feature.enum, ...blank, null] : feature.enum };
  const length = feature.type === 'string' && feature.enum === null ? { maxLength: feature.maxLength } : {};
  return { type: optional ? [feature.type, 'null'] : feature.type, ...bounds(feature), ...categories, ...length };
}

function arraySchema(feature: Feature, optional: boolean): JsonSchema {
  const shape = feature.shape ?? [];
  const nested = shape.reduceRight<JsonSchema>(
    (items, size) => ({ type: 'array', items, minItems: size, maxItems: size }),
    { type: feature.items ?? 'number', ...bounds(feature) },
  );
  const width = shapeWidth(shape);
  const items = { type: feature.items ?? 'number', ...bounds(feature) };
  const flat = { type: 'array', items, minItems: width, maxItems: width };
  const forms = shape.length === 1 ? [nested] : [nested, flat];
  const all = optional ? [...forms, { type: 'null' }] : forms;
  return all.length === 1 ? (all[0] as JsonSchema) : { anyOf: all };
}

function bounds(feature: Feature): JsonSchema {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = feature;
  const all = { minimum, maximum, exclusiveMinimum, exclusiveMaximum };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

function outputSchema(field: OutputField): JsonSchema {
  const description = field.description === null ? {} : { description: field.description };
  if (field.kind === 'decision') {
    const says = `True where ${field.on} is at least ${field.at}.`;
    return { type: field.nullable ? ['boolean', 'null'] : 'boolean', description: field.description ?? says };
  }
  if (field.kind === 'vector') {
    const array = field.shape.reduceRight<JsonSchema>(
      (items, size) => ({ type: 'array', items, minItems: size, maxItems: size }),
      { type: 'number' },
    );
    return { ...(field.nullable ? { anyOf: [array, { type: 'null' }] } : array), ...description };
  }
  const type = field.nullable ? [field.type, 'null'] : field.type;
  const limits = Object.fromEntries(
    Object.entries({ minimum: field.minimum, maximum: field.maximum }).filter(([, value]) => value !== null),
  );
  const categories = field.enum === null ? {} : { enum: field.nullable ? [...field.enum, null] : field.enum };
  return { type, ...limits, ...categories, ...description };
}
