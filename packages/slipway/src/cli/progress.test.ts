import { memoryIo } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { progressReport } from './progress.ts';

function reportOn(isTTY: boolean, columns = 100) {
  const memory = memoryIo({ isTTY, columns });
  const clock = { ms: 0 };
  return { report: progressReport(memory.io.stderr, () => clock.ms), clock, shown: memory.err };
}

test('on a terminal a bar is drawn over and over on one line, and cleared in the end', () => {
  const { report, clock, shown } = reportOn(true);
  report.show({ rows: 10, total: null });
  clock.ms = 1000;
  report.show({ rows: 500_000, total: 2_000_000 });
  clock.ms = 1050;
  report.show({ rows: 600_000, total: 2_000_000 });
  expect(shown()).toBe('\r██████░░░░░░░░░░░░░░░░░░  25 % 500,000 of 2,000,000 rows, 500,000 a second\u001b[K');
  report.end();
  report.end();
  expect(shown().endsWith(`\u001b[K\r\u001b[K`)).toBe(true);
});

test('a bar is never wider than the terminal, whose next line it would spoil', () => {
  const { report, clock, shown } = reportOn(true, 20);
  clock.ms = 1000;
  report.show({ rows: 1, total: 2 });
  expect(shown().replace('\r', '').replace('\u001b[K', '').length).toBeLessThan(20);
});

test('elsewhere there is a line now and then, and no control character', () => {
  const { report, clock, shown } = reportOn(false);
  for (clock.ms = 0; clock.ms <= 11_000; clock.ms += 100) report.show({ rows: clock.ms, total: null });
  report.end();
  expect(shown()).toBe('5,000 rows, 1,000 a second\n10,000 rows, 1,000 a second\n');
});
