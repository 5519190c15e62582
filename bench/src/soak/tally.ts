/** Why an answer may be other than a prediction for a while: a fault that the soak made itself. */
export interface Excuse {
  readonly fault: string;
  readonly fromMs: number;
  /** Infinity while it lasts. */
  toMs: number;
  /** What it explains: `cut`, `fallback`, or a status. */
  readonly explains: string;
}

/** An answer that nothing explains. */
export interface Unexplained {
  readonly atMs: number;
  readonly what: string;
  readonly text: string;
}

const samplesMax = 20;

/** Counts what became of requests, and finds for each that did not go well the fault that it comes from. */
export class Tally {
  readonly counts: Record<string, number> = {};
  readonly samples: Unexplained[] = [];
  readonly #excuses: Excuse[] = [];
  unexplained = 0;
  wrong = 0;

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  /** Something other than a prediction came to a request of these times. */
  trouble(explains: string, askedMs: number, endedMs: number, text: string): void {
    const excuse = this.#excuses.find(
      (one) => one.explains === explains && askedMs <= one.toMs && endedMs >= one.fromMs,
    );
    if (excuse !== undefined) {
      this.count(`${explains}, explained by: ${excuse.fault}`);
      return;
    }
    this.unexplained += 1;
    this.count(`${explains}, unexplained`);
    this.#sample({ atMs: Math.round(endedMs), what: explains, text });
  }

  wrongAnswer(atMs: number, text: string): void {
    this.wrong += 1;
    this.#sample({ atMs: Math.round(atMs), what: 'wrong answer', text });
  }

  /** A probe of a fault was not answered as it must be. */
  expect(what: string, found: unknown, wanted: unknown, atMs: number): void {
    if (found === wanted) this.count(`${what}: ${wanted}`);
    else this.trouble(`${what}: ${found} in place of ${wanted}`, atMs, atMs, '');
  }

  excuse(fault: string, explains: string, fromMs: number, toMs = Number.POSITIVE_INFINITY): Excuse {
    const excuse = { fault, explains, fromMs, toMs };
    this.#excuses.push(excuse);
    return excuse;
  }

  #sample(sample: Unexplained): void {
    if (this.samples.length < samplesMax) this.samples.push({ ...sample, text: sample.text.slice(0, 300) });
  }
}
