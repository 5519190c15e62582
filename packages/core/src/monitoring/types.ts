/**
 * What features and scores looked like when the model was made: the profile that drift is measured against. Its bins
 * are frozen, so that counts of any later window, from any pattern, can be added up and compared. Saved as JSON.
 */
export interface Reference {
  readonly slipway_reference: 1;
  readonly model: string;
  readonly version: string;
  /** Of all rows that the model was made from: training and holdout together. */
  readonly features: readonly FieldProfile[];
  /** Of rows that the model did not learn from, since a model is too sure of rows that it has seen. */
  readonly scores: readonly FieldProfile[];
}

export type FieldProfile = NumberProfile | CategoryProfile;

/** A numeric field. `counts[i]` are the values x with `edges[i - 1] <= x < edges[i]`; the outer bins are open. */
export interface NumberProfile {
  readonly kind: 'number';
  readonly name: string;
  /** Values that are there; `missing` counts the others. */
  readonly count: number;
  readonly missing: number;
  /** Null where there is no value. */
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  /** Standard deviation with n - 1. */
  readonly sd: number | null;
  /** Ascending. */
  readonly edges: readonly number[];
  /** One more than there are edges. */
  readonly counts: readonly number[];
}

/** A text or truth value: the most frequent categories, and how many rows had another. */
export interface CategoryProfile {
  readonly kind: 'category';
  readonly name: string;
  readonly count: number;
  readonly missing: number;
  readonly categories: readonly { readonly value: string; readonly count: number }[];
  readonly other: number;
}

/** The values of one field, as a profile is built from them. A missing number is NaN, a missing text null. */
export interface ProfileColumn {
  readonly name: string;
  readonly values: ArrayLike<number> | readonly (string | null)[];
}
