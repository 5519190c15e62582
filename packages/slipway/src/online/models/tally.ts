import type { Answered } from '../call/answered.ts';

/** Sums over the requests of one version in service, for those that ask for them rather than for metrics. */
export class Tally {
  readonly succeeded = { count: 0, ms: 0 };
  readonly failed = { count: 0, ms: 0 };
  /** Records that were answered. */
  records = 0;
  /** When the last request ended, on the monotonic clock; null before there was one. */
  lastMs: number | null = null;
  readonly #monotonicMs: () => number;
  readonly #sizes = new Map<number, { count: number; ms: number }>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Counts a request that took `ms` and ends now; `answered` is null where it ends with an error. */
  add(answered: Answered | null, ms: number): void {
    this.lastMs = this.#monotonicMs();
    const sum = answered === null ? this.failed : this.succeeded;
    sum.count += 1;
    sum.ms += ms;
    if (answered === null) return;
    this.records += answered.records - answered.refused;
    const size = this.#sizes.get(answered.records);
    if (size !== undefined) {
      size.count += 1;
      size.ms += ms;
    } else if (this.#sizes.size < sizesMax) this.#sizes.set(answered.records, { count: 1, ms });
  }

  /** Requests by the number of their records. */
  sizes(): readonly (readonly [records: number, sum: { readonly count: number; readonly ms: number }])[] {
    return [...this.#sizes].sort(([a], [b]) => a - b);
  }
}

/** Callers choose the sizes, so that only so many are told apart. */
const sizesMax = 256;
