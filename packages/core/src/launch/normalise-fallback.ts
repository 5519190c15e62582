import type { Value } from '../contract/index.ts';
import { assert } from '../errors/index.ts';
import { launchDefaults } from './defaults.ts';
import type { RawCondition, RawFallbackBehaviour } from './launch-file.generated.ts';
import type { Fallback, FallbackAnswer, FallbackRule } from './types.ts';

/** The fallback with its reasons and its answer told apart. */
export function fallback(raw: RawFallbackBehaviour): Fallback {
  return { when: raw.when ?? launchDefaults.fallbackWhen, use: answer(raw) };
}

function answer(raw: RawFallbackBehaviour): FallbackAnswer {
  if ('version' in raw) return { kind: 'version', version: raw.version };
  if (raw.rules === undefined) return { kind: 'constant', outputs: values(raw.use) };
  const rules = raw.rules.map((rule): FallbackRule => ({ if: condition(rule.if), use: values(rule.use) }));
  return { kind: 'rules', rules, otherwise: values(raw.use) };
}

/** Which comparison a condition makes: one of three, as the cross-checks have seen to. */
function condition(raw: RawCondition): FallbackRule['if'] {
  if (raw.below !== undefined) return { field: raw.field, is: 'below', value: raw.below };
  if (raw.at_least !== undefined) return { field: raw.field, is: 'at_least', value: raw.at_least };
  assert(raw.equal !== undefined, 'a condition makes one comparison');
  return { field: raw.field, is: 'equal', value: raw.equal };
}

/** The items of a list are read as numbers and lists of them; the cross-checks hold them against the shape. */
function values(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, Value>> {
  return raw as Readonly<Record<string, Value>>;
}
