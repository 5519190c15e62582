/** A number as JSON can hold it: NaN, the infinities and -0 by name. */
export type ProofNumber = number | 'NaN' | 'Infinity' | '-Infinity' | '-0';
export type ProofValue = ProofNumber | string;

/**
 * The record that a compiled session was compared with ONNX Runtime. Plain JSON, stored beside the artifact. It holds
 * for one artifact, one engine version, one set of output lanes and one input contract.
 */
export interface Proof {
  readonly proof: 1;
  readonly engineVersion: string;
  /** `sha256:` and 64 hex digits. */
  readonly artifact: string;
  /** Output columns that were compared, `name[column]`, and features with the values they allow, in the binding's order. */
  readonly lanes: readonly string[];
  readonly features: readonly string[];
  readonly oracle: { readonly name: string; readonly version: string };
  /** Golden and random rows together. */
  readonly rows: number;
  readonly seed: number;
  readonly scores: ScoreComparison;
  readonly labels: LabelComparison;
  readonly golden: GoldenValues;
  readonly verdict: 'pass' | 'fail';
  /** Why it failed, or what was found in one sentence. */
  readonly reason: string;
}

export interface ScoreComparison {
  readonly compared: number;
  /** Share of scores that are equal to the last bit. */
  readonly bitEqualShare: number;
  /** Scores that must be bit-equal: sums of trees without a transform. */
  readonly exactLanes: number;
  readonly differenceMax: number;
  /** Scores more than 1e-6 apart, which the roundings on the way to them explain. */
  readonly widelyApart: number;
  /** Scores that depend so much on rounding that a difference would say nothing. */
  readonly open: number;
  /** The largest difference that was allowed to a row that differed. */
  readonly toleranceMax: number;
}

export interface LabelComparison {
  readonly compared: number;
  /** Different labels in rows whose scores tie within the tolerance: allowed. */
  readonly differingWithinMargin: number;
  readonly differing: number;
}

/** Inputs by feature and outputs by lane, for the check at start-up. */
export interface GoldenValues {
  readonly rows: number;
  readonly inputs: readonly (readonly ProofValue[])[];
  readonly outputs: readonly (readonly ProofValue[])[];
}
