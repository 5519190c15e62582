import type { Feature, Issue, IssueRule, Value } from './types.ts';

const shownLengthMax = 60;

/** One broken rule, with the sentence that a caller reads. */
export function issueOf(field: string, rule: IssueRule, value: unknown, demand: string): Issue {
  const shown = printable(value);
  if (value === undefined) return { field, rule, message: `${field} is missing; ${demand}` };
  return { field, rule, value: shown, message: `${field} is ${quoted(shown)}; ${demand}` };
}

/** The sentence for a whole record: every issue, in contract order. */
export function issuesText(issues: readonly Issue[]): string {
  return issues.map((issue) => issue.message).join(' · ');
}

/** What a feature asks for, in words: `a number from 0 to 168 (hours per week)`. */
export function demandOf(feature: Feature): string {
  const unit = feature.unit === null ? '' : ` (${feature.unit})`;
  if (feature.type === 'boolean') return `true or false${unit}`;
  if (feature.type === 'array')
    return `an array of ${feature.items === 'integer' ? 'integers' : 'numbers'} of shape [${(feature.shape ?? []).join(', ')}]${rangeOf(feature)}${unit}`;
  if (feature.type === 'string') {
    return feature.enum === null ? `text of at most ${feature.maxLength} characters${unit}` : oneOf(feature.enum);
  }
  return `${feature.type === 'integer' ? 'an integer' : 'a number'}${rangeOf(feature)}${unit}`;
}

function oneOf(categories: readonly (string | number)[]): string {
  const shown = categories.slice(0, 12).map((category) => JSON.stringify(category));
  const rest = categories.length - shown.length;
  return `one of ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function rangeOf(feature: Feature): string {
  const low =
    feature.minimum !== null
      ? ` from ${feature.minimum}`
      : feature.exclusiveMinimum !== null
        ? ` above ${feature.exclusiveMinimum}`
        : '';
  const high =
    feature.maximum !== null
      ? ` ${low === '' ? 'up ' : ''}to ${feature.maximum}`
      : feature.exclusiveMaximum !== null
        ? ` below ${feature.exclusiveMaximum}`
        : '';
  return low + high;
}

/** A value as JSON can carry it, cut to a length that fits a message. */
function printable(value: unknown): Value {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'bigint') return `${cut(String(value))}n`;
  if (Array.isArray(value)) return `array of ${value.length}`;
  return typeof value;
}

function cut(text: string): string {
  return text.length <= shownLengthMax ? text : `${text.slice(0, shownLengthMax)}…`;
}

function quoted(value: Value): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
