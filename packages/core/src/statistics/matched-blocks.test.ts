import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { advanceMatchedBlocks, matchedBlocksStart } from './index.ts';

const pairs = { stable: 1, candidate: 1 };

test('pairs give what another implementation gives', () => {
  const stable = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0];
  const candidate = [1, 1, 0, 1, 1, 0, 1, 1, 1, 0];
  let state = matchedBlocksStart;
  for (let pair = 0; pair < 30; pair++) {
    state = advanceMatchedBlocks(state, { stable: stable[pair % 10], candidate: candidate[pair % 10] }, pairs);
  }
  expect(state).toMatchObject({ stable: 3, candidate: 21, blocks: 30 });
  expect(state.logE).toBeCloseTo(8.556495, 6);
});

test('the expectation of E over one more block is at most 1 at any common rate', () => {
  const size = { stable: 2, candidate: 1 };
  let state = matchedBlocksStart;
  for (const [stable, candidate] of [
    [2, 0],
    [1, 0],
    [2, 1],
  ] as const)
    state = advanceMatchedBlocks(state, { stable, candidate }, size);
  for (let p = 0.05; p < 1; p += 0.05) {
    let expectation = 0;
    for (const [stable, ways] of [
      [0, 1],
      [1, 2],
      [2, 1],
    ] as const) {
      for (const candidate of [0, 1]) {
        const good = stable + candidate;
        const chance = ways * p ** good * (1 - p) ** (3 - good);
        expectation += chance * Math.exp(advanceMatchedBlocks(state, { stable, candidate }, size).logE - state.logE);
      }
    }
    expect(expectation).toBeLessThan(1 + 1e-12);
  }
});

test('equal rates are told apart in alpha of all runs at most, looked at after every pair', () => {
  const runs = 1500;
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const numbers = new Random(run);
    let state = matchedBlocksStart;
    for (let pair = 0; pair < 400 && state.logE < Math.log(20); pair++) {
      const block = { stable: numbers.next() < 0.3 ? 1 : 0, candidate: numbers.next() < 0.3 ? 1 : 0 };
      state = advanceMatchedBlocks(state, block, pairs);
    }
    if (state.logE >= Math.log(20)) found++;
  }
  expect(found / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  expect(found).toBeGreaterThan(0);
});
