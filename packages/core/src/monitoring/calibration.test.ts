import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { kolmogorovSmirnov } from './index.ts';

test('without drift the p-value of Kolmogorov-Smirnov is under a level no more often than the level says', () => {
  const runs = 3000;
  const pValues = Array.from({ length: runs }, (_, seed) => {
    const random = new Random(seed);
    const draw = (length: number) => Array.from({ length }, () => random.normal());
    return kolmogorovSmirnov(draw(83), draw(101)).pValue;
  });
  for (const level of [0.01, 0.05, 0.2, 0.5, 0.8]) {
    const share = pValues.filter((p) => p <= level).length / runs;
    expect(Math.abs(share - level), `level ${level}`).toBeLessThan(0.01 + 4 * Math.sqrt((level * (1 - level)) / runs));
  }
});
