import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { type BurnRule, burnAlerts, burnPromise, falseAlarmsPerMonthDefault } from './index.ts';

// What alerts promise, tried on thousands of seeded runs in which the service keeps its target, and in which it doesn't.

const widthMs = 300_000;
const monthMs = 30 * 86_400_000;
/** Small windows, so that a run has many of them. */
const rule = (factor: number): BurnRule => ({
  ...{ severity: 'page', longMs: 12 * widthMs, shortMs: widthMs, budget: 0.1 },
  factor,
});
/** Such that E must reach `threshold`. */
const falseAlarmsOf = (threshold: number) => monthMs / widthMs / threshold;

interface Watch {
  readonly looks: number;
  readonly requests: number;
  readonly bad: (look: number) => number;
  readonly threshold: number;
  readonly factor: number;
}

interface Watched {
  /** Looks at which the alert fires, and at which both windows burn faster than the factor. */
  readonly firing: number;
  readonly over: number;
  /** The first look that fires, counted from 1; null where none does. */
  readonly first: number | null;
}

/** One look after each window, over the last dozen. */
function watch(
  seed: number,
  { looks, requests, bad, threshold, factor }: Watch,
  until: 'end' | 'first' = 'end',
): Watched {
  const random = new Random(seed);
  const windows: { startMs: number; widthMs: number; requests: number; bad: number }[] = [];
  let firing = 0;
  let over = 0;
  for (let look = 0; look < looks; look++) {
    const window = { startMs: look * widthMs, widthMs, requests, bad: 0 };
    for (let request = 0; request < requests; request++) if (random.next() < bad(look)) window.bad++;
    windows.push(window);
    if (windows.length > 12) windows.shift();
    const options = { target: 0.9, nowMs: (look + 1) * widthMs, falseAlarmsPerMonth: falseAlarmsOf(threshold) };
    const [alert] = burnAlerts(windows, { ...options, rules: [rule(factor)] });
    if ((alert.long.rate ?? 0) > factor && (alert.short.rate ?? 0) > factor) over++;
    if (alert.state !== 'firing') continue;
    firing++;
    if (until === 'first') return { firing, over, first: look + 1 };
  }
  return { firing, over, first: null };
}

const exactly = () => 0.1;

test.each([1, 2])(
  'at its target a service fires (factor %d) at no larger a share of looks than was promised; without the e-process it would many times as often',
  (factor) => {
    const runs = 2000;
    const plan: Watch = { looks: 60, requests: 10, bad: exactly, threshold: 50, factor };
    const all = Array.from({ length: runs }, (_, seed) => watch(seed, plan));
    const shares = all.map(({ firing }) => firing / plan.looks);
    const mean = shares.reduce((sum, share) => sum + share, 0) / runs;
    const spread = Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / runs / runs);
    expect(mean).toBeLessThanOrEqual(1 / plan.threshold + 3 * spread);
    // A rule that never fires would pass, too.
    expect(mean).toBeGreaterThan(0);
    const over = all.reduce((sum, each) => sum + each.over, 0) / runs / plan.looks;
    expect(over).toBeGreaterThan(3 * mean);
    if (factor === 1) expect(over).toBeGreaterThan(0.2);
  },
);

test('a rate that swings by 80 % about less than the target fires no more often', () => {
  const runs = 1000;
  const swinging = (look: number) => 0.055 * (1 + 0.8 * Math.sin(look / 4));
  const plan: Watch = { looks: 60, requests: 10, bad: swinging, threshold: 50, factor: 1 };
  const firing = Array.from({ length: runs }, (_, seed) => watch(seed, plan).firing).reduce((sum, each) => sum + each);
  expect(firing / runs / plan.looks).toBeLessThan(1 / plan.threshold);
});

test('the mean time to a false alarm is at least the run length that is stated', () => {
  const threshold = 30;
  const promise = burnPromise(rule(1), { target: 0.9, widthMs, falseAlarmsPerMonth: falseAlarmsOf(threshold) });
  expect(promise.runLengthMsMin / widthMs).toBeCloseTo(threshold, 9);
  const plan: Watch = { looks: 300, requests: 10, bad: exactly, threshold, factor: 1 };
  const firsts = Array.from({ length: 1000 }, (_, seed) => watch(seed, plan, 'first').first);
  // A run that did not fire counts with its length: the mean is, if anything, too small.
  const mean = firsts.reduce((sum: number, first) => sum + (first ?? plan.looks), 0) / firsts.length;
  expect(mean).toBeGreaterThan(threshold);
  expect(firsts.filter((first) => first !== null).length).toBeGreaterThan(100);
});

test('with what is promised by default, an hour at three times the allowed share is found in nine of ten runs', () => {
  const threshold = monthMs / widthMs / falseAlarmsPerMonthDefault;
  const plan: Watch = { looks: 12, requests: 20, bad: () => 0.3, threshold, factor: 2 };
  const found = Array.from({ length: 1000 }, (_, seed) => watch(seed, plan, 'first').first !== null);
  expect(found.filter(Boolean).length).toBeGreaterThan(900);
});
