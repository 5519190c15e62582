import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { EarliestFirst } from './earliest-first.ts';

interface Item {
  readonly atMs: number;
  readonly turn: number;
}

test('the first is always the earliest, and of equals the one that came first, whatever leaves in between', () => {
  const random = new Random(3);
  const heap = new EarliestFirst<Item>((item) => item);
  const known: Item[] = [];
  for (let step = 0; step < 5000; step++) {
    const kind = random.integer(5);
    if (kind < 3) {
      const item = { atMs: random.integer(50), turn: step };
      heap.add(item);
      known.push(item);
    } else if (known.length > 0) {
      const item = kind === 3 ? random.pick(known) : (heap.first() as Item);
      known.splice(known.indexOf(item), 1);
      expect(heap.remove(item)).toBe(true);
      expect(heap.remove(item)).toBe(false);
    }
    known.sort((a, b) => a.atMs - b.atMs || a.turn - b.turn);
    expect(heap.first()).toBe(known[0]);
    expect(heap.size).toBe(known.length);
  }
  expect([...heap].length).toBe(known.length);
});
