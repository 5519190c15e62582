import type { Issue } from '@slipway/core';

/** Rules of the text itself, before any field of the contract is looked at. */
export const textRules = [
  'fields',
  'unclosed_quote',
  'stray_quote',
  'length',
  'encoding',
  'json',
  'json_object',
  'json_depth',
  'json_name_twice',
] as const;

export type TextRule = (typeof textRules)[number];

/** Why a row is not scored: a broken rule of the contract, or of the text. Of the text, `field` is `record`. */
export type RowIssue = Issue | TextIssue;

export interface TextIssue {
  readonly field: 'record';
  readonly rule: TextRule;
  readonly message: string;
}

export function textIssue(rule: TextRule, message: string): TextIssue {
  return { field: 'record', rule, message };
}

const structural: ReadonlySet<string> = new Set<TextRule>(['fields', 'unclosed_quote', 'stray_quote', 'length']);

/** Whether the fault leaves open where the record ends, so that each of its lines may have been a row of its own. */
export function isStructural({ rule }: RowIssue): boolean {
  return structural.has(rule);
}
