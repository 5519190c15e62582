import { fail, isSlipwayError, nearest } from '@slipway/core';
import type { Registry } from './ports.ts';
import type { ModelSummary, Version } from './types.ts';

/** `learner-risk@production` or `learner-risk@1.0.0`, taken apart. */
export interface ModelReference {
  readonly model: string;
  /** An alias where it begins with a letter, a version where it begins with a digit. */
  readonly at: string;
}

const form = /^([A-Za-z0-9][A-Za-z0-9._-]*)@([A-Za-z0-9][A-Za-z0-9.+_-]*)$/;

/** Null for anything else, such as a path. */
export function parseReference(text: string): ModelReference | null {
  const [, model, at] = form.exec(text) ?? [];
  return model === undefined || at === undefined ? null : { model, at };
}

/** Raises USAGE with what was probably meant. */
export function demandReference(text: string): ModelReference {
  const reference = parseReference(text);
  if (reference !== null) return reference;
  const isName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text);
  throw fail('USAGE', {
    message: `${JSON.stringify(text)} names no version.`,
    hint: isName
      ? `Write NAME@VERSION, such as ${text}@1.0.0: \`slipway versions ${text}\` lists them.`
      : 'Write NAME@VERSION, such as learner-risk@1.0.0.',
  });
}

export function isAlias({ at }: ModelReference): boolean {
  return /^[A-Za-z]/.test(at);
}

/** The version that a reference leads to now. Raises VERSION_NOT_FOUND, ALIAS_NOT_FOUND, with what was probably meant. */
export async function findVersion(registry: Registry, reference: ModelReference): Promise<Version> {
  const { model, at } = reference;
  try {
    const version = isAlias(reference) ? (await registry.alias(model, at)).version : at;
    return await registry.version(model, version);
  } catch (thrown) {
    throw withAddress(registry, await withSuggestion(registry, reference, thrown));
  }
}

/** The error with a hint that names what is there and near. */
async function withSuggestion(registry: Registry, { model, at }: ModelReference, thrown: unknown): Promise<unknown> {
  if (!isSlipwayError(thrown)) return thrown;
  if (thrown.code !== 'VERSION_NOT_FOUND' && thrown.code !== 'ALIAS_NOT_FOUND') return thrown;
  const models = await registry.models();
  const known = models.find((summary) => summary.model === model);
  if (known === undefined)
    return unknownModel(
      model,
      models.map((summary) => summary.model),
      thrown,
    );
  const aliases = known.aliases.map(({ alias }) => alias);
  const versions = (await registry.versions(model)).map(({ version }) => version);
  const near = nearest(at, [...aliases, ...versions]);
  const there = [...aliases, ...versions.slice(-5)].join(', ');
  const { code, message, where } = thrown;
  const hint =
    near === null ? `\`slipway versions ${model}\` lists what is there: ${there}.` : `Did you mean ${model}@${near}?`;
  return fail(code, { message, where, hint, cause: thrown });
}

/** VERSION_NOT_FOUND of a model that nobody pushed. */
function unknownModel(model: string, models: readonly string[], cause?: unknown) {
  const near = nearest(model, models);
  const all =
    models.length === 0 ? 'It holds none yet: push one with `slipway push`.' : `It holds ${models.join(', ')}.`;
  return fail('VERSION_NOT_FOUND', {
    message: `There is no model ${model} in the registry.`,
    where: model,
    hint: near === null ? all : `Did you mean ${near}?`,
    cause,
  });
}

/** What the registry knows of a model. Raises VERSION_NOT_FOUND, with what was probably meant. */
export async function knownModel(registry: Registry, model: string): Promise<ModelSummary> {
  const models = await registry.models();
  const known = models.find((summary) => summary.model === model);
  if (known !== undefined) return known;
  const error = unknownModel(
    model,
    models.map((summary) => summary.model),
  );
  throw withAddress(registry, error);
}

const notFound: ReadonlySet<string> = new Set([
  ...['VERSION_NOT_FOUND', 'ALIAS_NOT_FOUND', 'APPROVAL_NOT_FOUND', 'KEY_NOT_FOUND'],
]);

/** The error with the address of the registry in which it was not found: the wrong folder is a likely reason. */
export function withAddress(registry: Registry, thrown: unknown): unknown {
  if (!isSlipwayError(thrown) || !notFound.has(thrown.code)) return thrown;
  const { code, message, hint, details, where } = thrown;
  if (where?.endsWith(registry.where)) return thrown;
  const place = where === undefined ? registry.where : `${where} in ${registry.where}`;
  return fail(code, { message, where: place, hint, details, cause: thrown });
}
