import type { Feature, MissingPolicy, OutputField } from '../contract/index.ts';
import { pathText } from './source/source-node.ts';
import type { Launch } from './types.ts';

/** One field that two launches differ in. */
export interface LaunchChange {
  /** `output.risk_score.maximum`, in the names of `Launch`; features and outputs go by their own names. */
  readonly field: string;
  /** Undefined where the field was not there. */
  readonly before: unknown;
  readonly after: unknown;
  /** Whether a caller that worked with the first may fail, or meet values it was not promised, with the second. */
  readonly breaks: boolean;
}

/** What changed from one launch to another, in the order of the fields of `Launch`. */
export function diffLaunch(before: Launch, after: Launch): readonly LaunchChange[] {
  const changes: LaunchChange[] = [];
  compare(comparable(before, after), comparable(after, before), [], changes);
  return changes;
}

type Tree = Readonly<Record<string, unknown>>;

/**
 * Lists of named things become maps by name, so that a new one in the middle is one change. The order of features is
 * compared for those that both launches have.
 */
function comparable(launch: Launch, other: Launch): Tree {
  const common = new Set(other.input.features.map((feature) => feature.name));
  const { input, output, ...rest } = launch;
  return {
    ...rest,
    input: byName(input.features),
    inputOrder: input.features.map((feature) => feature.name).filter((name) => common.has(name)),
    unit: input.unit,
    context: Object.fromEntries(input.context.map((name) => [name, true])),
    output: byName(output.fields),
    rank: output.rank,
  };
}

function byName(fields: readonly (Feature | OutputField)[]): Tree {
  return Object.fromEntries(fields.map((field) => [field.name, field]));
}

function compare(before: unknown, after: unknown, path: readonly string[], changes: LaunchChange[]): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (isTree(before) && isTree(after) && !isLeaf(path)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of keys) compare(own(before, key), own(after, key), [...path, key], changes);
    return;
  }
  changes.push({ field: pathText(path), before, after, breaks: breaksCallers(path, before, after) });
}

/** A missing-value policy and a rate are one value each, though made of two. */
function isLeaf(path: readonly string[]): boolean {
  return path.at(-1) === 'missing' || path.at(-1) === 'rate';
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(tree: Tree, key: string): unknown {
  return Object.hasOwn(tree, key) ? tree[key] : undefined;
}

function breaksCallers(path: readonly string[], before: unknown, after: unknown): boolean {
  const [block, name, rule] = path;
  if (block === 'model') return true;
  if (block === 'unit') return before !== null;
  if (block === 'context') return after === undefined;
  if (block === 'online')
    return name === 'rate' ? slower(before, after) : name !== 'deadlineMs' && Number(after) < Number(before);
  if (block === 'input') return rule === undefined ? featureBreaks(after) : inputRuleBreaks(rule, before, after);
  if (block === 'output') return rule === undefined ? after === undefined : outputRuleBreaks(rule, before, after);
  return false;
}

/** A feature that went is refused as unknown; a new one is missed unless it may be missing. */
function featureBreaks(after: unknown): boolean {
  return after === undefined || (after as Feature).missing.kind === 'reject';
}

/** Callers send what the first contract allowed: a narrower one refuses some of it. */
function inputRuleBreaks(rule: string, before: unknown, after: unknown): boolean {
  switch (rule) {
    case 'type':
      return !(before === 'integer' && after === 'number');
    case 'shape':
      return true;
    case 'minimum':
    case 'exclusiveMinimum':
      return isAbove(after, before);
    case 'maximum':
    case 'exclusiveMaximum':
    case 'maxLength':
      return isBelow(after, before);
    case 'enum':
      return !covers(after, before);
    case 'missing':
      return (after as MissingPolicy).kind === 'reject';
    default:
      return false;
  }
}

/** Callers read what the first contract promised: a wider one brings values that they do not expect. */
function outputRuleBreaks(rule: string, before: unknown, after: unknown): boolean {
  switch (rule) {
    case 'kind':
    case 'shape':
      return true;
    case 'type':
      return !(before === 'number' && after === 'integer');
    case 'minimum':
      return isAbove(before, after);
    case 'maximum':
      return isBelow(before, after);
    case 'enum':
      return !covers(before, after);
    case 'nullable':
      return after === true;
    default:
      return false;
  }
}

/** Null, like absence, is no bound at all. */
function isAbove(bound: unknown, other: unknown): boolean {
  return typeof bound === 'number' && !(typeof other === 'number' && other >= bound);
}

function isBelow(bound: unknown, other: unknown): boolean {
  return typeof bound === 'number' && !(typeof other === 'number' && other <= bound);
}

/** Whether a set of words has every word of another; null has all words. */
function covers(wide: unknown, narrow: unknown): boolean {
  if (!Array.isArray(wide)) return true;
  return Array.isArray(narrow) && narrow.every((word) => wide.includes(word));
}

function slower(before: unknown, after: unknown): boolean {
  const perMs = (rate: unknown) => (isTree(rate) ? Number(rate.count) / Number(rate.perMs) : Number.POSITIVE_INFINITY);
  return perMs(after) < perMs(before);
}
