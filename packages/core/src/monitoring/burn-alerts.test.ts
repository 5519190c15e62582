import { expect, test } from 'vitest';
import { burnAlerts, burnRules, lintBurnRules } from './index.ts';

const dayMs = 86_400_000;
const factors = (days: number) => burnRules(days * dayMs).map(({ factor }) => Number(factor.toFixed(3)));

test('factors are those of the SRE Workbook over 30 days, and of Sloth over 28', () => {
  expect(factors(30)).toEqual([14.4, 6, 3, 1]);
  expect(factors(28)).toEqual([13.44, 5.6, 2.8, 0.933]);
});

test('a rule that no outage can reach is named, with one that can be', () => {
  const [page, slow] = lintBurnRules(0.9);
  expect(page.reachable).toBe(false);
  expect(page.instead?.rule.factor).toBeCloseTo(5, 9);
  expect(slow.badShareNeeded).toBeCloseTo(0.6, 9);
  expect((slow.outageMs ?? 0) / 60_000).toBeCloseTo(216, 6);
  expect((lintBurnRules(0.99)[0].outageMs ?? 0) / 60_000).toBeCloseTo(8.64, 6);
});

function windows(bad: number) {
  return Array.from({ length: 12 }, (_, at) => ({ startMs: at * 300_000, widthMs: 300_000, requests: 100, bad }));
}

test('a rule fires when both windows burn faster, and decides nothing on a handful of requests', () => {
  const at = { target: 0.99, nowMs: 3_600_000 };
  expect(burnAlerts(windows(20), at)[0].state).toBe('firing');
  expect(burnAlerts(windows(10), at)[0].state).toBe('quiet');
  const ended = windows(20).map((window, index) => (index === 11 ? { ...window, bad: 0 } : window));
  expect(burnAlerts(ended, at)[0].state).toBe('quiet');
  expect(burnAlerts([{ startMs: 0, widthMs: 300_000, requests: 1, bad: 1 }], at)[0].state).toBe(
    'insufficient-evidence',
  );
  expect(burnAlerts(windows(100), { ...at, target: 0.9 })[0].state).toBe('unreachable');
});
