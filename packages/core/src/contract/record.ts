import { featureIssue, numberRule, textRule } from './feature-check.ts';
import { issueOf } from './issue.ts';
import { nearest } from './nearest.ts';
import type { Row, RowLayout } from './row.ts';
import type { Feature, InputContract, Issue, IssueRule } from './types.ts';

/** Reads a record into a row. Answers null when the record keeps the contract, and every broken rule when not. */
export type RecordReader = (record: unknown, row: Row) => readonly Issue[] | null;

/** Writes one present or missing value into the row; answers the rule that it breaks. */
type ValueReader = (value: unknown, row: Row) => IssueRule | null;

/** Compiles the contract once into a reader that makes next to nothing for a good record. */
export function compileRecordReader(contract: InputContract, layout: RowLayout): RecordReader {
  const { features } = contract;
  const readers = features.map((feature, index) => valueReader(feature, layout, index));
  const beside = new Set([...contract.context, ...(contract.unit === null ? [] : [contract.unit])]);
  const known = new Set([...features.map((feature) => feature.name), ...beside]);

  return (record, row) => {
    if (!isRecord(record)) return [issueOf('record', 'record', record ?? null, 'it must be one JSON object')];
    const issues: Issue[] = [];
    let seen = 0;
    for (let index = 0; index < features.length; index++) {
      const feature = features[index] as Feature;
      const value = own(record, feature.name);
      if (value !== undefined) seen += 1;
      const rule = (readers[index] as ValueReader)(value, row);
      if (rule !== null) issues.push(featureIssue(feature, rule, value));
    }
    for (const name of beside) {
      const value = own(record, name);
      if (value === undefined) continue;
      seen += 1;
      if (!isScalar(value)) issues.push(issueOf(name, 'type', value, 'it must be text, a number or a boolean'));
    }
    row.unit = contract.unit === null ? null : unitText(own(record, contract.unit));
    if (seen !== keyCount(record)) issues.push(...unknownFields(record, known));
    return issues.length === 0 ? null : issues;
  };
}

/** The reader of one feature: type, then rules, then the missing-value policy. */
function valueReader(feature: Feature, layout: RowLayout, index: number): ValueReader {
  const offset = layout.offsets[index] as number;
  if (feature.type === 'string') return textReader(feature, offset);
  if (feature.type === 'array') return arrayReader(feature, offset, layout.widths[index] as number);
  const fill = numberFill(feature);
  const isBoolean = feature.type === 'boolean';
  return (value, row) => {
    if (value === undefined || value === null) {
      if (fill === null) return 'required';
      row.numbers[offset] = fill;
      return null;
    }
    if (typeof value !== (isBoolean ? 'boolean' : 'number')) return 'type';
    const number = Number(value);
    row.numbers[offset] = number;
    return isBoolean ? null : numberRule(feature, number);
  };
}

function textReader(feature: Feature, offset: number): ValueReader {
  const categories = feature.enum === null ? null : new Set(feature.enum);
  const fill = textFill(feature);
  const blank = blankIsMissing(feature);
  return (value, row) => {
    if (value === undefined || value === null || (blank && value === '')) {
      if (fill === null) return 'required';
      row.texts[offset] = fill;
      return null;
    }
    if (typeof value !== 'string') return 'type';
    row.texts[offset] = value;
    return textRule(feature, categories, value);
  };
}

function arrayReader(feature: Feature, offset: number, width: number): ValueReader {
  const shape = feature.shape ?? [];
  return (value, row) => {
    if (value === undefined || value === null) {
      if (feature.missing.kind !== 'null') return 'required';
      row.numbers.fill(Number.NaN, offset, offset + width);
      return null;
    }
    if (!Array.isArray(value)) return 'type';
    const flat = value.length === width && !Array.isArray(value[0]) ? value : flatten(value, shape);
    if (flat === null) return 'shape';
    for (let at = 0; at < width; at++) {
      const element: unknown = flat[at];
      if (typeof element !== 'number') return 'type';
      const rule = numberRule(feature, element);
      if (rule !== null) return rule;
      row.numbers[offset + at] = element;
    }
    return null;
  };
}

/** Row-major elements of a nested array of exactly this shape, or null. */
function flatten(value: unknown, shape: readonly number[]): unknown[] | null {
  const elements: unknown[] = [];
  const walk = (part: unknown, depth: number): boolean => {
    if (depth === shape.length) return elements.push(part) > 0;
    return Array.isArray(part) && part.length === shape[depth] && part.every((below) => walk(below, depth + 1));
  };
  return walk(value, 0) ? elements : null;
}

/** The number that stands for a missing value, or null where a missing value is refused. */
export function numberFill(feature: Feature): number | null {
  if (feature.missing.kind === 'reject') return null;
  return feature.missing.kind === 'null' ? Number.NaN : Number(feature.missing.value);
}

/**
 * Whether the empty text is a missing value: where categories are closed, it is none of them, and values may be missing.
 * Writers of CSV differ in whether they quote an empty field, and a model has one text for both.
 */
export function blankIsMissing(feature: Feature): boolean {
  return feature.enum !== null && !feature.enum.includes('') && feature.missing.kind !== 'reject';
}

/** The text that stands for a missing value, or null where it is refused. A model has no null text: it gets ''. */
export function textFill(feature: Feature): string | null {
  if (feature.missing.kind === 'reject') return null;
  return feature.missing.kind === 'null' ? '' : String(feature.missing.value);
}

/** Unknown fields that are told of one by one: looking for what was meant takes time that a stranger must not have. */
const unknownFieldsMax = 10;

function unknownFields(record: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): Issue[] {
  const names = Object.keys(record).filter((name) => !known.has(name) && record[name] !== undefined);
  const candidates = [...known];
  const more = names.length - unknownFieldsMax;
  return names.slice(0, unknownFieldsMax).map((name, index) => {
    const meant = nearest(name, candidates);
    const hint = meant === null ? 'the contract has no such field' : `did you mean ${JSON.stringify(meant)}?`;
    const rest = more > 0 && index === unknownFieldsMax - 1 ? ` (and ${more} more are not)` : '';
    return {
      field: name,
      rule: 'unknown',
      message: `${JSON.stringify(name)} is not a field of the contract; ${hint}${rest}`,
    };
  });
}

/** Text of a unit: numbers and booleans as JSON prints them. */
export function unitText(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** Own fields only: a feature that is called `constructor` is missing until the record has one. */
function own(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function keyCount(record: Readonly<Record<string, unknown>>): number {
  let count = 0;
  for (const name in record) if (Object.hasOwn(record, name) && record[name] !== undefined) count += 1;
  return count;
}
