import { assert } from '../errors/index.ts';
import { incompleteBeta } from '../statistics/index.ts';
import { type BurnRule, burnEventsMin, burnPeriodMs, burnRules, lintBurnRules } from './burn-rules.ts';
import type { WindowCounts } from './window.ts';

export type BurnState = 'firing' | 'quiet' | 'insufficient-evidence' | 'unreachable';

/** Requests of a stretch of time, and how fast they burn the budget. */
export interface Burn {
  readonly requests: number;
  readonly bad: number;
  /** Share of bad requests over the share that the target allows; null without requests. */
  readonly rate: number | null;
}

export interface BurnAlert {
  readonly rule: BurnRule;
  readonly state: BurnState;
  /** One sentence: why. */
  readonly reason: string;
  readonly long: Burn;
  readonly short: Burn;
  /**
   * At most how many false alarms to expect in the objective's window, were the service exactly at its target, requests
   * independent and the rule looked at once a long window. Null with too few requests.
   */
  readonly falseAlarmsMax: number | null;
}

export interface BurnOptions {
  /** Share of requests that must be good, between 0 and 1. */
  readonly target: number;
  /** The end of what is looked at, in milliseconds since 1970. */
  readonly nowMs: number;
  readonly periodMs?: number;
  readonly rules?: readonly BurnRule[];
}

type Counted = Pick<WindowCounts, 'startMs' | 'widthMs' | 'requests' | 'bad'>;

/**
 * The state of every rule over windows of counts. A window counts for a stretch when it starts within it, so the
 * windows should be no wider than the shortest stretch.
 */
export function burnAlerts(windows: readonly Counted[], options: BurnOptions): readonly BurnAlert[] {
  const { target, nowMs, periodMs = burnPeriodMs } = options;
  const rules = options.rules ?? burnRules(periodMs);
  return lintBurnRules(target, rules).map(({ rule, reachable, instead }) => {
    assert(
      windows.every(({ widthMs }) => widthMs <= rule.shortMs),
      'windows are no wider than the short window of a rule',
    );
    const long = burnOf(windows, nowMs - rule.longMs, nowMs, target);
    const short = burnOf(windows, nowMs - rule.shortMs, nowMs, target);
    const enough = long.requests >= burnEventsMin(target);
    const falseAlarmsMax = enough ? (periodMs / rule.longMs) * overChance(long.requests, rule, target) : null;
    const shared = { rule, long, short, falseAlarmsMax };
    if (!reachable) return { ...shared, state: 'unreachable', reason: instead?.advice ?? '' };
    return { ...shared, ...judge(rule, long, short, burnEventsMin(target)) };
  });
}

function judge(rule: BurnRule, long: Burn, short: Burn, eventsMin: number): { state: BurnState; reason: string } {
  if (long.requests < eventsMin) {
    const reason = `${long.requests} requests are fewer than the ${eventsMin} that a verdict needs.`;
    return { state: 'insufficient-evidence', reason };
  }
  const rates = `the budget burns at ${shown(long)} over the long window and ${shown(short)} over the short one`;
  const fires = (long.rate ?? 0) > rule.factor && (short.rate ?? 0) > rule.factor;
  const reason = `Alerts above ${rule.factor.toPrecision(3)} in both: ${rates}.`;
  return { state: fires ? 'firing' : 'quiet', reason };
}

function shown(burn: Burn): string {
  return burn.rate === null ? 'nothing (no requests)' : burn.rate.toPrecision(3);
}

function burnOf(windows: readonly Counted[], fromMs: number, untilMs: number, target: number): Burn {
  let requests = 0;
  let bad = 0;
  for (const window of windows) {
    if (window.startMs < fromMs || window.startMs >= untilMs) continue;
    requests += window.requests;
    bad += window.bad;
  }
  return { requests, bad, rate: requests === 0 ? null : bad / requests / (1 - target) };
}

/** P(more than factor * (1 - target) of n are bad) where 1 - target are: a binomial tail. */
function overChance(n: number, rule: BurnRule, target: number): number {
  const least = Math.floor(n * rule.factor * (1 - target)) + 1;
  if (least > n) return 0;
  return incompleteBeta(least, n - least + 1, 1 - target);
}
