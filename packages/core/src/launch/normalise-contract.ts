import type { Feature, InputContract, MissingPolicy, OutputContract, OutputField, Rank } from '../contract/index.ts';
import { launchDefaults } from './defaults.ts';
import type { LaunchFile, RawArrayFeature, RawFeature, RawOutputField } from './launch-file.generated.ts';

/** The input contract with every default in place. */
export function inputContract(file: LaunchFile): InputContract {
  return {
    features: Object.entries(file.input).map(([name, raw]) => feature(name, raw)),
    unit: file.unit ?? null,
    context: file.context ?? [],
  };
}

/** The output contract with every default in place. */
export function outputContract(file: LaunchFile): OutputContract {
  return { fields: Object.entries(file.output).map(([name, raw]) => outputField(name, raw)), rank: rank(file) };
}

/** The fields that only numbers and arrays of numbers have. */
type Numeric = Pick<RawArrayFeature, 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum' | 'unit'>;

export function feature(name: string, raw: RawFeature): Feature {
  const numeric: Numeric = raw.type === 'boolean' || raw.type === 'string' ? {} : raw;
  return {
    name,
    type: raw.type,
    minimum: numeric.minimum ?? null,
    maximum: numeric.maximum ?? null,
    exclusiveMinimum: numeric.exclusiveMinimum ?? null,
    exclusiveMaximum: numeric.exclusiveMaximum ?? null,
    enum: raw.type === 'string' ? (raw.enum ?? null) : null,
    maxLength: raw.type === 'string' ? (raw.maxLength ?? launchDefaults.maxLength) : launchDefaults.maxLength,
    shape: raw.type === 'array' ? raw.shape : null,
    items: raw.type === 'array' ? (raw.items ?? launchDefaults.items) : null,
    unit: numeric.unit ?? null,
    description: raw.description ?? null,
    missing: missingPolicy(raw.missing),
  };
}

function missingPolicy(raw: RawFeature['missing']): MissingPolicy {
  const value = raw === undefined ? launchDefaults.missing : raw;
  if (value === 'reject') return { kind: 'reject' };
  return value === null ? { kind: 'null' } : { kind: 'fill', value };
}

export function outputField(name: string, raw: RawOutputField): OutputField {
  const common = { name, nullable: raw.nullable ?? launchDefaults.nullable, description: raw.description ?? null };
  if ('threshold' in raw) return { kind: 'decision', ...common, on: raw.threshold.on, at: raw.threshold.at };
  if (raw.type === 'array') return { kind: 'vector', ...common, from: raw.from, shape: raw.shape };
  const numeric: Numeric = raw.type === 'number' || raw.type === 'integer' ? raw : {};
  return {
    kind: 'score',
    ...common,
    type: raw.type,
    from: raw.from,
    class: raw.class ?? null,
    index: raw.index ?? null,
    minimum: numeric.minimum ?? null,
    maximum: numeric.maximum ?? null,
    enum: raw.enum ?? null,
  };
}

function rank(file: LaunchFile): Rank | null {
  if (file.rank === undefined) return null;
  return { by: file.rank.by, within: file.rank.within ?? null, top: file.rank.top ?? null };
}
