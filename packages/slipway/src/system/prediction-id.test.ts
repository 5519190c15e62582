import { expect, test } from 'vitest';
import { predictionIds } from './prediction-id.ts';

test('ids are version 7 UUIDs, differ, and sort by time', () => {
  let ms = Date.UTC(2026, 10, 24);
  const newId = predictionIds(() => ms++);
  const ids = Array.from({ length: 2000 }, newId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
  expect(Number.parseInt((ids[0] as string).replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 24));
});

test('two ids of one millisecond differ in their random bits', () => {
  const newId = predictionIds(() => 0);
  const ids = new Set(Array.from({ length: 10_000 }, newId));
  expect(ids.size).toBe(10_000);
});
