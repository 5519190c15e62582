/** What the log adds to an event. */
export interface LogMarks {
  /** The share of predictions that was kept: each stands for 1 / share. */
  readonly share: number;
  /** Fields whose values are keyed hashes. */
  readonly hashed?: readonly string[];
  /** Fields that were emptied because the event was too large. */
  readonly cut?: readonly string[];
}
