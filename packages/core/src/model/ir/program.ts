import type { Step } from './steps.ts';

export { inputsOf, withLanes } from './step-lanes.ts';
export type * from './steps.ts';
export type * from './sum-steps.ts';

/**
 * A model between ONNX and code: a straight line of steps over values. A value is `width` numbers a row; a lane is one
 * of them. Steps read lanes, so that concatenating, choosing and renaming columns costs nothing. Every number is a
 * JavaScript number that holds the model's own type exactly (float32 after each rounding step).
 */
export interface Program {
  readonly features: readonly FeatureSlot[];
  /** Width of each value, by its number. */
  readonly widths: readonly number[];
  readonly steps: readonly Step[];
  readonly outputs: readonly ProgramOutput[];
}

/** Where a feature's values stand in a row's `numbers` or `texts`. */
export type FeatureSlot =
  | { readonly kind: 'numbers'; readonly offset: number; readonly width: number }
  | { readonly kind: 'text'; readonly offset: number };

export interface Lane {
  readonly value: number;
  readonly column: number;
}

/** What a caller gets of one lane. `text` looks the lane's index up in `texts`. */
export type ProgramOutput =
  | { readonly form: 'float32' | 'float64' | 'index'; readonly lane: Lane }
  | { readonly form: 'text'; readonly lane: Lane; readonly texts: readonly string[] };
