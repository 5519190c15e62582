import { type Feature, type OutputField, shapeWidth } from '../../contract/index.ts';
import { unreachable } from '../../errors/index.ts';
import type { RawCondition } from '../launch-file.generated.ts';
import type { Path } from '../source/source-node.ts';
import { didYouMean } from '../wording.ts';
import { type Checked, checkNamed } from './checked.ts';

type Answer = Readonly<Record<string, unknown>>;

/** A fallback answer is an answer: it keeps the output contract. Rules look at features, in the feature's own type. */
export function checkFallback(checked: Checked): void {
  const { fallback } = checked.file;
  if (fallback === undefined) return;
  if ('version' in fallback) {
    if (fallback.version !== checked.file.version) return;
    const hint = 'Write previous, or the number of another version.';
    checked.report(['fallback', 'version'], `${fallback.version} is this version itself.`, hint);
    return;
  }
  checkAnswer(checked, ['fallback', 'use'], fallback.use);
  for (const [index, rule] of (fallback.rules ?? []).entries()) {
    checkCondition(checked, ['fallback', 'rules', index, 'if'], rule.if);
    checkAnswer(checked, ['fallback', 'rules', index, 'use'], rule.use);
  }
}

function checkAnswer(checked: Checked, path: Path, answer: Answer): void {
  const absent = [...checked.outputs.keys()].filter((name) => !Object.hasOwn(answer, name));
  const meant = new Set<string | null>();
  for (const name of Object.keys(answer)) {
    const field = checked.outputs.get(name);
    if (field !== undefined) {
      const demand = brokenDemand(field, answer[name]);
      if (demand !== null)
        checked.report(
          [...path, name],
          `${JSON.stringify(answer[name])} is not ${demand}.`,
          adviceFor(field, answer[name]),
        );
      continue;
    }
    const near = checked.suggest(name, absent);
    meant.add(near);
    checked.report([...path, name], 'there is no such output.', near === null ? 'Remove it.' : didYouMean(near), {
      suggestion: near,
      at: 'name',
    });
  }
  for (const name of absent) {
    if (!meant.has(name))
      checked.report(
        [...path, name],
        'this output is missing in the answer.',
        'A fallback gives a value for every output.',
      );
  }
  checkDecisionsAgree(checked, path, answer);
}

/** What the output asks for, where the value is not it. */
function brokenDemand(field: OutputField, value: unknown): string | null {
  if (value === null) return field.nullable ? null : 'allowed here, since the output is not nullable';
  switch (field.kind) {
    case 'decision':
      return typeof value === 'boolean' ? null : 'true or false';
    case 'vector': {
      const width = shapeWidth(field.shape);
      return countNumbers(value) === width ? null : `an array of ${width} numbers`;
    }
    case 'score':
      return brokenScoreDemand(field, value);
    default:
      return unreachable(field);
  }
}

function brokenScoreDemand(field: Extract<OutputField, { kind: 'score' }>, value: unknown): string | null {
  if (field.type === 'string' || field.type === 'boolean') {
    if (typeof value !== field.type) return field.type === 'string' ? 'a text' : 'true or false';
  } else {
    const fits = typeof value === 'number' && (field.type === 'number' || Number.isInteger(value));
    if (!fits) return field.type === 'integer' ? 'an integer' : 'a number';
    if (field.minimum !== null && value < field.minimum) return `at least ${field.minimum}`;
    if (field.maximum !== null && value > field.maximum) return `at most ${field.maximum}`;
  }
  const known = field.enum === null || field.enum.some((label) => label === value);
  return known ? null : `one of ${field.enum?.join(', ')}`;
}

function adviceFor(field: OutputField, value: unknown): string {
  if (value === null) return `Write nullable: true at output.${field.name}, or a value here.`;
  return 'A fallback keeps the output contract, as every answer does.';
}

/** Numbers in nested lists; NaN where anything else stands. */
function countNumbers(value: unknown): number {
  if (typeof value === 'number') return 1;
  return Array.isArray(value) ? value.reduce((sum: number, item) => sum + countNumbers(item), 0) : Number.NaN;
}

/** An answer whose decision contradicts its own score would mislead whoever reads both. */
function checkDecisionsAgree(checked: Checked, path: Path, answer: Answer): void {
  for (const field of checked.outputs.values()) {
    if (field.kind !== 'decision') continue;
    const score = answer[field.on];
    const decision = answer[field.name];
    if (typeof score !== 'number' || typeof decision !== 'boolean' || decision === score >= field.at) continue;
    const message = `${decision} contradicts ${field.on}, which is ${score} where the threshold is ${field.at}.`;
    checked.report([...path, field.name], message, `Write ${!decision}, or another ${field.on}.`);
  }
}

function checkCondition(checked: Checked, path: Path, condition: RawCondition): void {
  const scalars = [...checked.features.values()].filter((feature) => feature.type !== 'array');
  const names = scalars.map((feature) => feature.name);
  if (!checkNamed(checked, [...path, 'field'], condition.field, 'a feature (other than an array)', names)) return;
  const comparisons = (['below', 'at_least', 'equal'] as const).filter((name) => condition[name] !== undefined);
  if (comparisons.length !== 1) {
    const message =
      comparisons.length === 0
        ? 'the condition compares nothing.'
        : `the condition compares by ${comparisons.join(' and ')}.`;
    checked.report(path, message, 'Write exactly one of below, at_least and equal.');
    return;
  }
  const comparison = comparisons[0] as (typeof comparisons)[number];
  const feature = checked.features.get(condition.field) as Feature;
  const wanted = feature.type === 'integer' ? 'number' : feature.type;
  const given = condition[comparison];
  if (typeof given !== wanted) {
    checked.report(
      [...path, comparison],
      `${JSON.stringify(given)} cannot be compared with a ${feature.type}.`,
      comparableHint(feature),
    );
  } else if (feature.enum !== null && !feature.enum.includes(String(given))) {
    const near = checked.suggest(String(given), feature.enum);
    const hint = near === null ? `Its categories are ${feature.enum.join(', ')}.` : didYouMean(near);
    checked.report([...path, comparison], `${JSON.stringify(given)} is no category of ${feature.name}.`, hint, {
      suggestion: near,
    });
  }
}

function comparableHint(feature: Feature): string {
  if (feature.type === 'string') return 'Write equal and a text.';
  return feature.type === 'boolean' ? 'Write equal and true or false.' : 'Write a number.';
}
