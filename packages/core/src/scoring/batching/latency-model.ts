/** Of what was learned before, the part that counts after one more run: the last fifty weigh most. */
const kept = 0.98;

/** A run that took this many times what was expected is a pause of the machine, and counts for no more than this. */
const surpriseMax = 5;

/** Runs of which the spread is taken. */
const ratiosMax = 64;

const tailQuantile = 0.95;

/**
 * How long a run of `n` rows takes: `a n + b`, learned from the runs by least squares with forgetting, and how far above
 * that the slow ones lie. Each run counts by its relative error, since that of a large one would drown `b` otherwise.
 * What a warm-up has seen is never wholly forgotten, so that `a` and `b` can be told apart when all runs are of a size.
 *
 * The sums are the information form of recursive least squares with an exponential window (Ljung, System Identification,
 * 2nd edition, section 11.2), which can't wind up as the covariance form does.
 */
export class LatencyModel {
  readonly #seeded = newSums();
  readonly #learned = newSums();
  readonly #ratios: number[] = [];
  #fit: { readonly perRowMs: number; readonly fixedMs: number } | null = null;
  #seedWeight = 1;
  #tail = 1;
  #rowsSeen = 0;

  /** True when it can say how runs of different sizes differ. */
  get isKnown(): boolean {
    return this.#fit !== null;
  }

  /** `a`: what one more row costs. */
  get perRowMs(): number {
    return this.#fit?.perRowMs ?? 0;
  }

  /** `b`: what a run costs whatever its rows; 0 while that is not known. */
  get fixedMs(): number {
    return this.#fit?.fixedMs ?? 0;
  }

  /** Rows of the largest run so far. */
  get rowsSeen(): number {
    return this.#rowsSeen;
  }

  expectedMs(rows: number): number {
    return this.perRowMs * rows + this.fixedMs;
  }

  /** What nineteen of twenty runs stay under. */
  slowMs(rows: number): number {
    return this.expectedMs(rows) * this.#tail;
  }

  /** A run of a warm-up. */
  seed(rows: number, ms: number): void {
    this.#add(this.#seeded, rows, ms);
  }

  /** A run of live work. */
  observe(rows: number, ms: number): void {
    const expected = this.isKnown ? this.expectedMs(rows) : ms;
    if (this.isKnown && expected > 0) this.#noteRatio(ms / expected);
    decay(this.#learned);
    this.#seedWeight *= seedKept;
    this.#add(this.#learned, rows, Math.min(ms, surpriseMax * Math.max(expected, Number.MIN_VALUE)));
  }

  #add(sums: Sums, rows: number, ms: number): void {
    const expected = this.isKnown ? this.expectedMs(rows) : ms;
    const weight = 1 / Math.max(expected, 1e-3) ** 2;
    sums.one += weight;
    sums.n += weight * rows;
    sums.nn += weight * rows * rows;
    sums.y += weight * ms;
    sums.ny += weight * rows * ms;
    this.#rowsSeen = Math.max(this.#rowsSeen, rows);
    this.#fit = fitOf(this.#seeded, this.#learned, this.#seedWeight) ?? this.#fit;
  }

  #noteRatio(ratio: number): void {
    this.#ratios.push(ratio);
    if (this.#ratios.length > ratiosMax) this.#ratios.shift();
    const sorted = this.#ratios.toSorted((a, b) => a - b);
    const at = Math.ceil(tailQuantile * (sorted.length + 1)) - 1;
    this.#tail = Math.max(1, sorted[Math.min(at, sorted.length - 1)] as number);
  }
}

/** Weighted sums of runs: rows `n` and milliseconds `y`. */
type Sums = Record<'one' | 'n' | 'nn' | 'y' | 'ny', number>;

function newSums(): Sums {
  return { one: 0, n: 0, nn: 0, y: 0, ny: 0 };
}

function decay(sums: Sums): void {
  for (const name of ['one', 'n', 'nn', 'y', 'ny'] as const) sums[name] *= kept;
}

/** Of a warm-up, the part that counts after one more live run, and the share of all that it keeps for ever. */
const seedKept = 0.95;
const seedShareMin = 0.02;

/** Null where all runs were of one size. Neither part is ever negative: time runs forward. */
function fitOf(
  seeded: Sums,
  learned: Sums,
  seedWeight: number,
): { readonly perRowMs: number; readonly fixedMs: number } | null {
  const share = seeded.one === 0 ? 0 : Math.max(seedWeight, (seedShareMin * learned.one) / seeded.one);
  const sum = (name: keyof Sums) => share * seeded[name] + learned[name];
  const [one, n, nn, y, ny] = [sum('one'), sum('n'), sum('nn'), sum('y'), sum('ny')];
  const spread = one * nn - n * n;
  if (!(spread > 1e-9 * one * nn)) return null;
  const perRowMs = (one * ny - n * y) / spread;
  const fixedMs = (y - perRowMs * n) / one;
  if (perRowMs < 0) return { perRowMs: 0, fixedMs: y / one };
  if (fixedMs < 0) return { perRowMs: ny / nn, fixedMs: 0 };
  return { perRowMs, fixedMs };
}
