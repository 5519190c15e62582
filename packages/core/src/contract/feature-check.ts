import { demandOf, issueOf } from './issue.ts';
import type { Feature, Issue, IssueRule } from './types.ts';

/** The rule that a present number breaks, or null. One function for records and columns, so that both say the same. */
export function numberRule(feature: Feature, value: number): IssueRule | null {
  if (!Number.isFinite(value)) return 'finite';
  if (feature.type === 'boolean') return value === 0 || value === 1 ? null : 'type';
  // Beyond 2^53 a float64 no longer tells neighbouring integers apart, so such an integer cannot be read exactly.
  if (isWhole(feature) && !Number.isSafeInteger(value)) return 'integer';
  if (feature.minimum !== null && value < feature.minimum) return 'minimum';
  if (feature.maximum !== null && value > feature.maximum) return 'maximum';
  if (feature.exclusiveMinimum !== null && value <= feature.exclusiveMinimum) return 'exclusiveMinimum';
  if (feature.exclusiveMaximum !== null && value >= feature.exclusiveMaximum) return 'exclusiveMaximum';
  return null;
}

/** True where a number of the feature, or an element of it, must be an integer. */
export function isWhole({ type, items }: Feature): boolean {
  return type === 'integer' || items === 'integer';
}

/** The rule that a present text breaks, or null. `categories` is the feature's enum as a set. */
export function textRule(feature: Feature, categories: ReadonlySet<string> | null, value: string): IssueRule | null {
  if (categories !== null) return categories.has(value) ? null : 'enum';
  return value.length > feature.maxLength ? 'maxLength' : null;
}

/** The issue of one value of one feature. */
export function featureIssue(feature: Feature, rule: IssueRule, value: unknown): Issue {
  if (Array.isArray(value) && rule !== 'shape') return elementIssue(feature, rule, value);
  if (rule === 'finite') return issueOf(feature.name, rule, value, 'it must be a finite number');
  if (rule === 'integer' && Number.isInteger(value)) {
    return issueOf(feature.name, rule, value, 'beyond 2^53 an integer cannot be told from its neighbours');
  }
  const demand = demandOf(feature);
  return issueOf(feature.name, rule, value, value === undefined ? `give ${demand}` : `it must be ${demand}`);
}

/** Names the first element that breaks the rule: nobody finds it among thousands. */
function elementIssue(feature: Feature, rule: IssueRule, value: readonly unknown[]): Issue {
  const flat: unknown[] = value.flat(Number.POSITIVE_INFINITY);
  const at = flat.findIndex((element) => typeof element !== 'number' || numberRule(feature, element) !== null);
  const element = elementFeature(feature);
  const demand = rule === 'type' || rule === 'finite' ? 'a finite number' : demandOf(element);
  const issue = issueOf(`${feature.name}[${at}]`, rule, flat[at] ?? null, `it must be ${demand}`);
  return { ...issue, field: feature.name };
}

/** A feature of the same bounds whose values are the elements of the array. */
function elementFeature(feature: Feature): Feature {
  return { ...feature, type: feature.items ?? 'number', shape: null, items: null };
}

/** Number of float64 values that one row of the feature takes; 0 for text. */
export function widthOf(feature: Feature): number {
  return feature.type === 'string' ? 0 : shapeWidth(feature.shape ?? []);
}

/** Elements of a tensor of this shape. */
export function shapeWidth(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
