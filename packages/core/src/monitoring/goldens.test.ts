import { compareGoldens, readGoldens } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { monitoringComparisons } from './goldens/comparisons.ts';

const results = compareGoldens(readGoldens(new URL('./goldens/', import.meta.url)), monitoringComparisons);

test.each(results)('$comparison.ours agrees with $set.function ($set.id)', ({ comparison, values, largest }) => {
  expect(values).toBeGreaterThan(0);
  expect(largest).toBeLessThanOrEqual(comparison.within);
});
