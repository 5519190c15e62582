import type { Caller, Rate } from '../ports.ts';

/** Whom a key or a token stands for, and what it may do. */
export interface Principal extends Caller {
  readonly name: string;
  /** What it is limited as: two tokens of one subject share a rate. */
  readonly id: string;
  /** Scopes as keys hold them: `predict`, `predict:learner-risk`, `operate`, `admin`. */
  readonly grants: readonly string[];
  /** A rate of its own, whatever the model. */
  readonly rate: Rate | null;
  /** When it ends, in milliseconds since 1970; Infinity where it does not. */
  readonly endsMs: number;
}

/** Recognises the bearers of one kind of credential. */
export interface Recogniser {
  /** Whether a text is of this kind at all. */
  takes(bearer: string): boolean;
  /** Raises UNAUTHENTICATED with what is wrong; ACCESS_UNAVAILABLE where nobody can say. */
  recognise(bearer: string): Promise<Principal>;
}
