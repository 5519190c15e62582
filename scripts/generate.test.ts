import { expect, test } from 'vitest';
import { staleFiles } from './generate.ts';

test('every generated file is as `npm run generate` would write it', async () => {
  expect((await staleFiles()).map(({ path }) => path)).toEqual([]);
});
