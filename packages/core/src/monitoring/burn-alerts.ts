import { assert } from '../errors/index.ts';
import { decisionThreshold } from '../statistics/index.ts';
import { type BurnPromise, burnLogE, burnPromise, falseAlarmsPerMonthDefault } from './burn-evidence.ts';
import { type BurnRule, burnPeriodMs, burnRules, lintBurnRules } from './burn-rules.ts';
import type { WindowCounts } from './window.ts';

export type BurnState = 'firing' | 'quiet' | 'insufficient-evidence' | 'unreachable';

/** Requests of a stretch of time, and how fast they burn the budget. */
export interface Burn {
  readonly requests: number;
  readonly bad: number;
  /** Share of bad requests over the share that the target allows; null without requests. */
  readonly rate: number | null;
}

export interface BurnAlert extends Omit<BurnPromise, 'test'> {
  readonly rule: BurnRule;
  readonly state: BurnState;
  /** One sentence: why. */
  readonly reason: string;
  readonly long: Burn;
  readonly short: Burn;
  /** ln E of the long window against the target, and from where on it agrees that the target is missed. */
  readonly logE: number;
  readonly logEAgrees: number;
}

export interface BurnOptions {
  /** Share of requests that must be good, between 0 and 1. */
  readonly target: number;
  /** The end of what is looked at, in milliseconds since 1970. */
  readonly nowMs: number;
  readonly periodMs?: number;
  readonly rules?: readonly BurnRule[];
  /** False alarms a month, at most, of all rules together while the service keeps its target; 0.1. */
  readonly falseAlarmsPerMonth?: number;
}

type Counted = Pick<WindowCounts, 'startMs' | 'widthMs' | 'requests' | 'bad'>;

/**
 * The state of every rule over windows of counts, all of one width. A rule fires when both of its windows burn faster
 * than its factor *and* the e-process of the long one agrees that the target is missed: the factor says that the burn
 * matters, the e-process that it is no chance, also among few requests. Requests are taken as independent of each
 * other. A window counts for a stretch when it starts within it, so they should be no wider than the shortest stretch.
 */
export function burnAlerts(windows: readonly Counted[], options: BurnOptions): readonly BurnAlert[] {
  const { target, nowMs, periodMs = burnPeriodMs, falseAlarmsPerMonth = falseAlarmsPerMonthDefault } = options;
  const rules = options.rules ?? burnRules(periodMs);
  return lintBurnRules(target, rules).map(({ rule, instead, eventsMin }) => {
    const widthMs = windows[0]?.widthMs ?? rule.shortMs;
    assert(widthMs <= rule.shortMs, 'windows are no wider than the short window of a rule');
    assert(
      windows.every((window) => window.widthMs === widthMs),
      'windows that are watched have one width',
    );
    const share = falseAlarmsPerMonth / rules.length;
    const { test, ...promise } = burnPromise(rule, { target, widthMs, falseAlarmsPerMonth: share });
    const long = burnOf(windows, nowMs - rule.longMs, nowMs, target);
    const short = burnOf(windows, nowMs - rule.shortMs, nowMs, target);
    const evidence = { logE: burnLogE(long, test), logEAgrees: decisionThreshold(test.alpha) };
    const shared = { rule, long, short, ...evidence, ...promise };
    if (instead !== null) return { ...shared, state: 'unreachable', reason: instead.advice };
    return { ...shared, ...judge(rule, long, short, { ...evidence, eventsMin }) };
  });
}

function judge(
  rule: BurnRule,
  long: Burn,
  short: Burn,
  { logE, logEAgrees, eventsMin }: { logE: number; logEAgrees: number; eventsMin: number },
): { state: BurnState; reason: string } {
  const rates = `the budget burns at ${shown(long)} over the long window and ${shown(short)} over the short one`;
  const isOver = (long.rate ?? 0) > rule.factor && (short.rate ?? 0) > rule.factor;
  const reason = `Alerts above ${rule.factor.toPrecision(3)} in both: ${rates}`;
  const sure = `ln E ${logE.toPrecision(3)} of the ${logEAgrees.toPrecision(3)} that it takes`;
  if (isOver && logE >= logEAgrees) return { state: 'firing', reason: `${reason}, and it is no chance: ${sure}.` };
  if (isOver) return { state: 'insufficient-evidence', reason: `${reason}, but it may be chance: ${sure}.` };
  if (long.requests >= eventsMin) return { state: 'quiet', reason: `${reason}.` };
  const few = `${long.requests} requests are fewer than the ${eventsMin} among which the target allows one bad one.`;
  return { state: 'insufficient-evidence', reason: few };
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
