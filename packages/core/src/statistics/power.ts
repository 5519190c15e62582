import { assert } from '../errors/index.ts';
import { type BadEventSplit, type BadRates, badEventSplit } from './bad-event-split.ts';
import { betaPrior, decisionThreshold, type EProcess, logEValue } from './e-process.ts';
import { logBetaTails } from './incomplete-beta.ts';

/** A uniform number, at least 0 and below 1. Seed it, and the simulation is the same everywhere. */
export type Uniform = () => number;

export interface SimulationSize {
  readonly runs: number;
  /** A run that has not decided by then never does. */
  readonly trialsMax: number;
}

export interface Power {
  readonly runs: number;
  readonly decided: number;
  /** The share of runs that decided: the power, and where the null holds the rate of false alarms. */
  readonly chance: number;
  /** Standard error of that chance. */
  readonly standardError: number;
  /** Trials at which half and nine tenths of all runs had decided; null where fewer did. */
  readonly trialsMedian: number | null;
  readonly trialsNinety: number | null;
}

/** How often, and how soon, the process decides when the chance of a success is p and one looks after every trial. */
export function simulateEProcess(test: EProcess, p: number, size: SimulationSize, random: Uniform): Power {
  const walk = walker(test);
  const times = Array.from({ length: size.runs }, () => walk(() => random() < p, size.trialsMax));
  return summary(times);
}

/** The same for the split of bad events; trials are requests, of both variants together. */
export function simulateBadEventSplit(
  split: BadEventSplit,
  rates: BadRates,
  size: SimulationSize,
  random: Uniform,
): Power {
  const bad = split.share * rates.candidate + (1 - split.share) * rates.stable;
  assert(bad > 0 && bad < 1, `bad events happen, and not always: their rate is ${bad}`);
  const isCandidate = (split.share * rates.candidate) / bad;
  const walk = walker(badEventSplit(split));
  const times = Array.from({ length: size.runs }, () => {
    // Between two bad events lies a geometric number of requests: the good ones need not be drawn.
    let requests = 0;
    const decided = walk(() => {
      requests += 1 + Math.floor(Math.log1p(-random()) / Math.log1p(-bad));
      return requests > size.trialsMax ? null : random() < isCandidate;
    }, size.trialsMax);
    return decided === null ? null : requests;
  });
  return summary(times);
}

type Draw = () => boolean | null;

/**
 * Walks one run until it decides: the trials that it took, or null. A trial multiplies two-sided E by the chance that
 * the prior, as it is by then, gave to what happened, over that of the null. The one-sided E is at most that times
 * what its prior was cut down by, so its tail is computed only where it can matter.
 */
function walker(test: EProcess): (draw: Draw, trialsMax: number) => number | null {
  const { a, b } = betaPrior(test);
  const { p0, alternative } = test;
  const threshold = decisionThreshold(test.alpha);
  const tails = logBetaTails(a, b, p0);
  const cut = { 'two-sided': 0, greater: -tails.upper, less: -tails.lower }[alternative];
  return (draw, trialsMax) => {
    let successes = 0;
    let logE = 0;
    for (let trials = 1; trials <= trialsMax; trials++) {
      const drawn = draw();
      if (drawn === null) return null;
      const prior = a + b + trials - 1;
      logE += drawn
        ? Math.log((a + successes) / (prior * p0))
        : Math.log((b + trials - 1 - successes) / (prior * (1 - p0)));
      if (drawn) successes++;
      if (logE + cut < threshold - slack) continue;
      if (logEValue({ successes, trials }, test) >= threshold) return trials;
    }
    return null;
  };
}

/** More than the running sum can be off by. */
const slack = 1e-6;

function summary(times: readonly (number | null)[]): Power {
  const runs = times.length;
  assert(runs > 0, 'a simulation has one run at least');
  const sorted = times.filter((trials) => trials !== null).sort((one, other) => one - other);
  const chance = sorted.length / runs;
  const quantile = (share: number) => sorted[Math.ceil(share * runs) - 1] ?? null;
  return {
    runs,
    decided: sorted.length,
    chance,
    standardError: Math.sqrt((chance * (1 - chance)) / runs),
    trialsMedian: quantile(0.5),
    trialsNinety: quantile(0.9),
  };
}
