import { expect, test } from 'vitest';
import {
  type BurnAlert,
  burnAlerts,
  burnEventsMin,
  burnFactor,
  burnPeriodMs,
  burnRules,
  lintBurnRules,
} from './index.ts';

const dayMs = 86_400_000;

test('without a period the rules are those of 30 days, and a factor of 1 just uses the budget up', () => {
  expect(burnPeriodMs).toBe(30 * dayMs);
  expect(burnRules()).toEqual(burnRules(30 * dayMs));
  expect(burnFactor(1, burnPeriodMs, burnPeriodMs)).toBe(1);
});

test('among the fewest requests the target allows one bad one, also where 1 / (1 - target) is not whole in floating point', () => {
  expect([0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 2 / 3].map(burnEventsMin)).toEqual([2, 10, 20, 100, 1000, 10_000, 3]);
});

test('a rule that no outage can reach is named, with one that can be', () => {
  const [page, slow] = lintBurnRules(0.9);
  expect(page.reachable).toBe(false);
  expect(page.instead?.rule.factor).toBeCloseTo(5, 9);
  expect(slow.badShareNeeded).toBeCloseTo(0.6, 9);
  expect((slow.outageMs ?? 0) / 60_000).toBeCloseTo(216, 6);
  expect((lintBurnRules(0.99)[0].outageMs ?? 0) / 60_000).toBeCloseTo(8.64, 6);
});

const minutesMs = 60_000;
const at = { target: 0.99, nowMs: 3_600_000 };

/** An hour in windows of five minutes. */
function windows(requests: number, bad: number) {
  return Array.from({ length: 12 }, (_, index) => ({ startMs: index * 300_000, widthMs: 300_000, requests, bad }));
}

const page = (...asked: Parameters<typeof burnAlerts>): BurnAlert => burnAlerts(...asked)[0];

test('a rule fires when both windows burn faster than its factor', () => {
  expect(page(windows(100, 20), at)).toMatchObject({ state: 'firing', long: { requests: 1200, bad: 240 } });
  expect(page(windows(100, 20), at).long.rate).toBeCloseTo(20, 12);
  expect(page(windows(100, 10), at).state).toBe('quiet');
  const ended = windows(100, 20).map((window, index) => (index === 11 ? { ...window, bad: 0 } : window));
  expect(page(ended, at)).toMatchObject({ state: 'quiet', short: { requests: 100, bad: 0, rate: 0 } });
  const silent = windows(100, 20).slice(0, 11);
  expect(page(silent, at)).toMatchObject({ state: 'quiet', short: { requests: 0, rate: null } });
  expect(page(windows(100, 100), { ...at, target: 0.9 })).toMatchObject({ state: 'unreachable' });
});

test('a burn that may be chance does not fire: the e-process must agree', () => {
  // 18 bad of 108 burn at 16.7; 2 of 12 do so too, and happen to a service that keeps its target.
  expect(page(windows(9, 1.5), at)).toMatchObject({ state: 'firing' });
  const few = page([{ startMs: 3_300_000, widthMs: 300_000, requests: 12, bad: 2 }], at);
  expect(few).toMatchObject({ state: 'insufficient-evidence' });
  expect(few.logE).toBeLessThan(few.logEAgrees);
  expect(few.reason).toMatch(/^Alerts above 14\.4 in both: .* burns at 16\.7 .*, but it may be chance: ln E .*\.$/);
  expect(page([{ startMs: 3_300_000, widthMs: 300_000, requests: 1, bad: 1 }], at).state).toBe('insufficient-evidence');
});

test('an outage fires also where so few ask that the target allows no bad request at all', () => {
  const night = [{ startMs: 3_300_000, widthMs: 300_000, requests: 5, bad: 5 }];
  expect(page(night, { ...at, target: 0.999 })).toMatchObject({ state: 'firing' });
  expect(page(windows(3, 0), { ...at, target: 0.999 })).toMatchObject({
    state: 'insufficient-evidence',
    reason: '36 requests are fewer than the 1000 among which the target allows one bad one.',
  });
});

test('a burn just over the budget is no ticket before it is sure that there is one', () => {
  const days = { target: 0.999, nowMs: 3 * dayMs };
  const ticket = (requests: number, bad: number) => {
    const part = { widthMs: 360 * minutesMs, requests: requests / 12, bad: bad / 12 };
    const parts = Array.from({ length: 12 }, (_, index) => ({ ...part, startMs: index * part.widthMs }));
    return burnAlerts(parts, { ...days, rules: burnRules().slice(3) })[0];
  };
  expect(ticket(12_000, 13.2).state).toBe('insufficient-evidence');
  expect(ticket(120_000_000, 132_000).state).toBe('firing');
  expect(ticket(120_000_000, 108_000).state).toBe('quiet');
});

test('every alert states its false alarms a month and its run length; the rules share what is asked for', () => {
  const alerts = burnAlerts(windows(100, 20), { ...at, falseAlarmsPerMonth: 0.04 });
  expect(alerts).toHaveLength(4);
  for (const alert of alerts) {
    expect(alert.falseAlarmsPerMonthMax).toBeCloseTo(0.01, 15);
    expect(alert.runLengthMsMin / (30 * dayMs)).toBeCloseTo(100, 9);
    // 8640 windows of five minutes begin in a month.
    expect(alert.logEAgrees).toBeCloseTo(Math.log(8640 / 0.01), 12);
  }
  expect(page(windows(100, 20), at).falseAlarmsPerMonthMax).toBeCloseTo(0.025, 15);
});

test('without any window nothing is known; windows of several widths, or too wide, are a programming error', () => {
  expect(page([], at)).toMatchObject({ state: 'insufficient-evidence', logE: 0, long: { requests: 0, rate: null } });
  const [first, ...rest] = windows(1, 0);
  expect(() => page([{ ...first, widthMs: 60_000 }, ...rest], at)).toThrow(/one width/);
  expect(() => page([{ ...first, widthMs: 600_000 }], at)).toThrow(/no wider/);
  expect(() => page(windows(1, 0), { ...at, falseAlarmsPerMonth: 0 })).toThrow(/cannot be promised/);
});

test('targets at the edge and as many requests as a number counts give numbers; more, or none at all, are told', () => {
  for (const target of [1e-6, 0.5, 0.999999]) {
    for (const requests of [1, 1e12, 2 ** 53 - 1]) {
      for (const share of [0, 1 - target, 1]) {
        const alert = page([{ startMs: 3_300_000, widthMs: 300_000, requests, bad: share * requests }], {
          ...at,
          target,
        });
        expect(alert.logE, `${target} ${requests} ${share}`).not.toBeNaN();
      }
    }
  }
  for (const [requests, bad] of [
    [2 ** 53, 0],
    [Number.NaN, 1],
    [10, 20],
    [10, -1],
  ]) {
    expect(() => page([{ startMs: 3_300_000, widthMs: 300_000, requests, bad }], at)).toThrow(/trials/);
  }
  for (const periodMs of [0, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => burnRules(periodMs)).toThrow(/window/);
});
