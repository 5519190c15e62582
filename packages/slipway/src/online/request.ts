import { fail, type Issue, issueOf, nearest } from '@slipway/core';

/** What a body asks for: one record, or many with an answer for each. */
export type PredictRequest =
  | { readonly kind: 'one'; readonly record: unknown }
  | { readonly kind: 'many'; readonly records: readonly unknown[]; readonly strict: boolean };

/** The names that a body of many records knows. A launch file cannot give a feature the name `records`. */
const envelopeNames = ['records', 'strict'];

/**
 * Tells one record from many. With `strict` one bad record refuses the whole request; without it each is answered in
 * its place. Raises RECORD_INVALID and RECORDS_TOO_MANY.
 */
export function readRequest(body: unknown, recordsMax: number): PredictRequest {
  if (Array.isArray(body)) {
    const message = 'The body is an array.';
    throw fail('RECORD_INVALID', { message, hint: 'Send many records as {"records": [...]}.' });
  }
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'records'))
    return { kind: 'one', record: body };
  const { records, strict = false } = body as { readonly records: unknown; readonly strict?: unknown };
  const issues = envelopeIssues(body, records, strict);
  if (issues.length > 0) {
    throw fail('RECORD_INVALID', {
      message: issues.map((issue) => issue.message).join(' · '),
      hint: 'Send {"records": [...]}, and "strict": true where one bad record should refuse them all.',
      details: { issues },
    });
  }
  const all = records as readonly unknown[];
  if (all.length > recordsMax) {
    throw fail('RECORDS_TOO_MANY', { message: `The request holds ${all.length} records; ${recordsMax} are allowed.` });
  }
  return { kind: 'many', records: all, strict: strict === true };
}

function envelopeIssues(body: object, records: unknown, strict: unknown): Issue[] {
  const issues: Issue[] = [];
  if (!Array.isArray(records)) issues.push(issueOf('records', 'type', records, 'it must be an array of records'));
  if (typeof strict !== 'boolean') issues.push(issueOf('strict', 'type', strict, 'it must be true or false'));
  for (const name of Object.keys(body)) {
    if (envelopeNames.includes(name)) continue;
    const meant = nearest(name, envelopeNames);
    const hint = meant === null ? 'a body with "records" has only "strict" beside it' : `did you mean ${meant}?`;
    issues.push({ field: name, rule: 'unknown', message: `${JSON.stringify(name)} is not known here; ${hint}` });
  }
  return issues;
}
