import { stringify } from 'yaml';
import type { LaunchFile } from './launch-file.generated.ts';

export interface WriteOptions {
  /** Path or address of the schema, for the first line that tells editors of it. */
  readonly schema?: string;
}

/**
 * The launch file as YAML text, laid out for people: one line a field, and comments that number the eight facts.
 * Reading it back gives the same `LaunchFile`.
 */
export function writeLaunch(file: LaunchFile, options: WriteOptions = {}): string {
  const lines: string[] = options.schema === undefined ? [] : [`# yaml-language-server: $schema=${options.schema}`];
  for (const group of layout) {
    const written = group.flatMap((name) => (file[name] === undefined ? [] : fieldLines(name, file[name])));
    if (written.length > 0 && group !== layout[0]) lines.push('');
    lines.push(...written);
  }
  return `${lines.join('\n')}\n`;
}

type Field = keyof LaunchFile;

/** The order of the fields; a blank line between groups. */
const layout: readonly (readonly Field[])[] = [
  ['slipway', 'model', 'version', 'artifact', 'digest', 'golden', 'owner', 'pattern', 'why'],
  ['input', 'unit', 'context', 'output', 'rank'],
  ['fallback', 'slo', 'monitoring', 'evaluation', 'rollback', 'rollout'],
  ['batch', 'streaming', 'embedded', 'online'],
];

/** These have a line for each of their fields; the others fit on one line. */
const spreadFields: ReadonlySet<Field> = new Set<Field>([
  'input',
  'output',
  'fallback',
  'slo',
  'monitoring',
  'rollback',
]);

const comments: Readonly<Partial<Record<Field, string>>> = {
  slipway: 'format version',
  version: '1 model version',
  owner: '8 owner',
  pattern: '2 deployment pattern, and why',
  input: '3 input contract, in feature order',
  unit: 'logged and hashed for assignment, never given to the model',
  context: 'logged, never given to the model',
  output: '4 output contract',
  fallback: '5 fallback behaviour',
  monitoring: '6 monitoring metrics',
  rollback: '7 rollback procedure',
};

const commentColumn = 36;
const padMax = 32;

function fieldLines(name: Field, value: unknown): string[] {
  const entries = Object.entries(value as object).filter(([, part]) => part !== undefined);
  if (!spreadFields.has(name) || entries.length === 0) return [withComment(`${name}: ${inline(value)}`, name)];
  const keys = entries.map(([key]) => `${inline(key)}:`);
  const width = Math.min(padMax, Math.max(...keys.map((key) => key.length)));
  const inside = entries.map(([, part], index) => `  ${(keys[index] as string).padEnd(width)} ${inline(part)}`);
  return [withComment(`${name}:`, name), ...inside];
}

/** A value on one line. Text outside braces needs fewer quotes, so it is written apart. */
function inline(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? flow(value)
    : (escaped(value) ?? stringify(value, style).trimEnd());
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) {
    return escaped(value) ?? stringify([value], style).trimEnd().slice(1, -1);
  }
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, part]) => `${flow(key)}: ${flow(part)}`).join(', ')} }`;
}

/** Text with line ends, control characters or uncommon blanks as a JSON string, which is YAML on one line too. */
function escaped(value: unknown): string | null {
  return typeof value === 'string' && /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(value) ? JSON.stringify(value) : null;
}

const style = {
  version: '1.2',
  collectionStyle: 'flow',
  flowCollectionPadding: false,
  lineWidth: 0,
} as const;

function withComment(line: string, name: Field): string {
  const comment = comments[name];
  return comment === undefined ? line : `${line.padEnd(commentColumn - 1)} # ${comment}`;
}
