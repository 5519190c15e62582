import type { ErrorKind } from './kinds.ts';

/** What the registry knows of one error code. */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** One sentence for the reference page: when this error is raised. */
  readonly summary: string;
  /** What to do next, for the person who reads the message. */
  readonly hint: string;
}
