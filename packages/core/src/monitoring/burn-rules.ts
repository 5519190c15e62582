import { assert } from '../errors/index.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** An alert on how fast the error budget burns: at factor 1 it is just used up at the end of the objective's window. */
export interface BurnRule {
  readonly severity: 'page' | 'ticket';
  readonly longMs: number;
  /** The burn must still go on in this window, so that an alert ends soon after its cause. */
  readonly shortMs: number;
  /** Share of the budget that is used up when the rule fires. */
  readonly budget: number;
  /** Both windows must burn faster than this. */
  readonly factor: number;
}

const workbook = [
  { severity: 'page', longMs: hourMs, budget: 0.02 },
  { severity: 'page', longMs: 6 * hourMs, budget: 0.05 },
  { severity: 'ticket', longMs: dayMs, budget: 0.1 },
  { severity: 'ticket', longMs: 3 * dayMs, budget: 0.1 },
] as const;

/** Objective window that the table of the workbook is for. */
export const burnPeriodMs = 30 * dayMs;

/**
 * Multiwindow rules for an objective over `periodMs`: those of the Google SRE Workbook (chapter 5, table 5-8) and the
 * one over a day that Sloth adds. The windows stay as they are; the factor is budget * period / long window. The short
 * window is a twelfth of the long one.
 */
export function burnRules(periodMs: number = burnPeriodMs): readonly BurnRule[] {
  assert(periodMs > 0 && Number.isFinite(periodMs), `the window of an objective is some time, not ${periodMs} ms`);
  return workbook.map((rule) => ({
    ...rule,
    shortMs: rule.longMs / 12,
    factor: burnFactor(rule.budget, periodMs, rule.longMs),
  }));
}

/** How fast a budget burns of which this share is used up within the long window. */
export function burnFactor(budget: number, periodMs: number, longMs: number): number {
  return (budget * periodMs) / longMs;
}

/** What a burn-rate rule can see under a target. */
export interface BurnRuleFinding {
  readonly rule: BurnRule;
  /** Share of bad requests from which the rule fires; from 1 on it never does. */
  readonly badShareNeeded: number;
  readonly reachable: boolean;
  /** How long a full outage lasts before the long window is over the factor; null where it never is. */
  readonly outageMs: number | null;
  /** Requests in the long window under which a rule is not quiet but silent: among fewer the target allows no bad one. */
  readonly eventsMin: number;
  /** What to do where the rule cannot fire; null where it can. */
  readonly instead: { readonly advice: string; readonly rule: BurnRule } | null;
}

/**
 * Says which rules a target lets fire: a rule fires when more than factor * (1 - target) of the requests are bad, and
 * no more than all can be. For one that cannot, the rule with half of the fastest burn there is and the same budget.
 */
export function lintBurnRules(target: number, rules: readonly BurnRule[] = burnRules()): readonly BurnRuleFinding[] {
  assert(target > 0 && target < 1, 'a target is between 0 and 1');
  return rules.map((rule) => {
    const badShareNeeded = rule.factor * (1 - target);
    const reachable = badShareNeeded < 1;
    return {
      rule,
      badShareNeeded,
      reachable,
      outageMs: reachable ? rule.longMs * badShareNeeded : null,
      eventsMin: burnEventsMin(target),
      instead: reachable ? null : insteadOf(rule, target),
    };
  });
}

/** Requests among which a target allows one bad one. */
export function burnEventsMin(target: number): number {
  // Rounded first: 1 / (1 - 0.9) is a little more than 10 in floating point.
  return Math.ceil(Number((1 / (1 - target)).toPrecision(12)));
}

function insteadOf(rule: BurnRule, target: number): { advice: string; rule: BurnRule } {
  const fastest = 1 / (1 - target);
  const factor = fastest / 2;
  const longMs = (rule.longMs * rule.factor) / factor;
  const advice =
    `A target of ${target} burns at most ${fastest.toPrecision(3)} times as fast as allowed, so a factor of ` +
    `${rule.factor.toPrecision(3)} is never reached. Take the factor ${factor.toPrecision(3)} over ` +
    `${(longMs / hourMs).toPrecision(3)} h, which fires when half of the requests are bad, or judge the target itself by its e-process.`;
  return { advice, rule: { ...rule, factor, longMs, shortMs: longMs / 12 } };
}
