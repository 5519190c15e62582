import { assert } from '../errors/index.ts';
import { decisionThreshold, type EProcess, logEValue } from '../statistics/index.ts';
import type { BurnRule } from './burn-rules.ts';

/** Thirty days: what "a month" means where false alarms are promised. */
const monthMs = 30 * 86_400_000;

/** False alarms a month of all rules together, where no other number is asked for: one in ten months. */
export const falseAlarmsPerMonthDefault = 0.1;

/** How sure a rule must be, and what that is worth. */
export interface BurnPromise {
  /** False alarms of this rule to expect a month, at most, while the service keeps its target. */
  readonly falseAlarmsPerMonthMax: number;
  /** Time between two of them, on average, at least: the run length. */
  readonly runLengthMsMin: number;
  /** The e-process that must agree: bad requests against what the target allows. */
  readonly test: EProcess;
}

/**
 * The promise of one rule of several that share the false alarms of a month. A long window begins anew once for every
 * window of counts: at `monthMs / widthMs` moments a month. From each of them E is an e-process against the target, so
 * it ever reaches c with chance 1 / c at most, however often one looks (Ville). With c = moments / false alarms the
 * expected number of beginnings that lead to a false alarm is what was asked for; that the windows overlap changes
 * nothing, since expectations add up. The same follows from an e-detector of the windows' sum, whose run length is at
 * least c moments (J. Shin, A. Ramdas and A. Rinaldo, E-detectors, arXiv 2203.03532).
 */
export function burnPromise(
  rule: BurnRule,
  { target, widthMs, falseAlarmsPerMonth }: { target: number; widthMs: number; falseAlarmsPerMonth: number },
): BurnPromise {
  const alpha = (falseAlarmsPerMonth * widthMs) / monthMs;
  assert(alpha > 0 && alpha < 0.5, `${falseAlarmsPerMonth} false alarms a month cannot be promised of such windows`);
  return {
    falseAlarmsPerMonthMax: falseAlarmsPerMonth,
    runLengthMsMin: monthMs / falseAlarmsPerMonth,
    test: { p0: target, alternative: 'less', alpha, trialsOptimal: sharpestAt(rule, target, alpha) },
  };
}

/** ln E of a long window: how much more its requests speak for a target that is missed than for one that is kept. */
export function burnLogE({ requests, bad }: { requests: number; bad: number }, test: EProcess): number {
  return requests === 0 ? 0 : logEValue({ successes: requests - bad, trials: requests }, test);
}

/** A burn above its factor is what a rule is for: the test is sharpest at one and a half times it. */
const burnSought = 1.5;
/** A prior for fewer would be so flat that only an outage without one good request could move it. */
const sharpestMin = 100;

/** The requests after which a burn of one and a half times the factor is just sure, were it known beforehand. */
function sharpestAt(rule: BurnRule, target: number, alpha: number): number {
  const allowed = 1 - target;
  const bad = Math.min(1, burnSought * Math.max(1, rule.factor) * allowed);
  const good = 1 - bad;
  const perRequest = bad * Math.log(bad / allowed) + (good === 0 ? 0 : good * Math.log(good / target));
  return Math.max(sharpestMin, decisionThreshold(alpha) / perRequest);
}
