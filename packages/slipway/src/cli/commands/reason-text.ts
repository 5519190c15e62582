import type { RunRecord } from '../../batch/index.ts';

type Reason = NonNullable<RunRecord['quarantine']>['reasons'][number];

/** What is wrong, for each rule that a row can break; the contract's own first, then those of the text. */
export const ruleWords: Readonly<Record<Reason['rule'], string>> = {
  record: 'the model failed',
  required: 'missing',
  type: 'not of the right type',
  finite: 'not a finite number',
  integer: 'not a whole number',
  minimum: 'under the minimum',
  maximum: 'over the maximum',
  exclusiveMinimum: 'not over the exclusive minimum',
  exclusiveMaximum: 'not under the exclusive maximum',
  enum: 'not one of the allowed values',
  maxLength: 'longer than allowed',
  shape: 'not of the right shape',
  unknown: 'there already, though the model would write it',
  fields: 'wrong number of fields',
  unclosed_quote: 'unclosed quote',
  stray_quote: 'stray quote',
  length: 'record too long',
  encoding: 'invalid UTF-8',
  json: 'not JSON',
  json_object: 'not a JSON object',
  json_depth: 'JSON nested too deep',
  json_name_twice: 'a name twice in one JSON object',
};

/** `hours_studied: not a finite number`; what is wrong with a whole record, or with the model, has no column. */
export function reasonText({ column, rule }: Reason): string {
  return column === 'record' || (column === 'model' && rule === 'record')
    ? ruleWords[rule]
    : `${column}: ${ruleWords[rule]}`;
}
