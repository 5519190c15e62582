import { expect, test } from 'vitest';
import { expandVariables } from './expand-variables.ts';

test('each variable is replaced by its value, and other text stays', () => {
  const env = { DATA: '/data', DAY: '2026-11-24' };
  expect(expandVariables('${DATA}/learners-${DAY}.csv', env, 'batch.input')).toBe('/data/learners-2026-11-24.csv');
  expect(expandVariables('cost is $5 {DAY}', env, 'batch.input')).toBe('cost is $5 {DAY}');
});

test('a variable that is not set is an error that names it and where it stands', () => {
  expect(() => expandVariables('${NOWHERE}', {}, 'launch.yaml: batch.input')).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: expect.stringContaining('NOWHERE'),
      where: 'launch.yaml: batch.input',
    }),
  );
});
