/**
 * A model of boosted trees (or a linear one) as its library keeps it, whatever file it came from: what the reader of a
 * library makes and what the graph is written from.
 */
export interface BoostedModel {
  /** `XGBoost 3.2.0`. */
  readonly producer: string;
  /** In what the library compares and adds: the graph does the same. */
  readonly precision: 'float32' | 'float64';
  readonly features: readonly ModelFeature[];
  /** False where the library made the names up by counting. */
  readonly namesAreGiven: boolean;
  /** Sums a row; 1 unless there are several classes or targets. */
  readonly targets: number;
  readonly scorer: TreeScorer | LinearScorer;
  readonly answer: Answer;
  /** What a person should know of this file. */
  readonly notes: readonly string[];
}

/** As many features as a contract holds, and as many targets: few bytes can claim any number. */
export const boostedLimits = { features: 10_000, targets: 10_000 } as const;

export interface ModelFeature {
  readonly name: string;
  /**
   * `any` is a number of which the file doesn't tell more. `category`: the model compares for equality with whole
   * numbers, or with the place of a value in `categories`.
   */
  readonly kind: 'any' | 'number' | 'integer' | 'boolean' | 'category';
  /** The values that people give, in the order of their codes; null where the codes themselves are given. */
  readonly categories: readonly string[] | readonly number[] | null;
  /** Least and greatest value that the training saw, where the file tells. */
  readonly range: readonly [number, number] | null;
  /** Whether the model has an answer of its own for a missing value. */
  readonly missing: boolean;
  /** Values this near to zero count as missing; null where none do. */
  readonly zeroIsMissing: number | null;
}

/** Adds up the leaves of each target's trees, in order, then divides. */
export interface TreeScorer {
  readonly kind: 'trees';
  readonly trees: readonly BoostedTree[];
  readonly divisor: number;
}

/** The root is node 0. Every node but it has one parent. */
export interface BoostedTree {
  readonly target: number;
  readonly nodes: readonly BoostedNode[];
}

export type BoostedNode = BoostedLeaf | BoostedBranch;

export interface BoostedLeaf {
  readonly kind: 'leaf';
  readonly value: number;
}

export interface BoostedBranch {
  readonly kind: 'branch';
  readonly feature: number;
  readonly test: BranchTest;
  /** Where the test holds, and where it doesn't. */
  readonly yes: number;
  readonly no: number;
  /** Whether a missing value goes to `yes`. */
  readonly missingYes: boolean;
}

export type BranchTest =
  | { readonly op: 'less' | 'at_most'; readonly threshold: number }
  | { readonly op: 'member'; readonly members: readonly number[] };

/** Adds weight times value of each feature to the bias; a missing value adds nothing. */
export interface LinearScorer {
  readonly kind: 'linear';
  /** By feature, then by target. */
  readonly weights: Float32Array;
  /** One a target. */
  readonly bias: Float32Array;
}

/** What the sums become. `slope` is what a sum is multiplied with before the logistic function. */
export type Answer =
  | { readonly kind: 'binary'; readonly slope: number }
  | { readonly kind: 'classes'; readonly form: 'softmax' }
  | { readonly kind: 'classes'; readonly form: 'logistic'; readonly slope: number }
  | { readonly kind: 'numbers'; readonly link: Link };

/** `step` is 1 above zero, else 0; `signed_square` is x times its size; `softplus` is log(1 + exp(x)). */
export type Link =
  | { readonly kind: 'identity' | 'exp' | 'step' | 'signed_square' | 'softplus' }
  | { readonly kind: 'logistic'; readonly slope: number };
