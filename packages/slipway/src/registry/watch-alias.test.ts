import { fail } from '@slipway/core';
import { expect, test } from 'vitest';
import type { Registry } from './ports.ts';
import { watchAlias } from './watch-alias.ts';

/** A watch whose wheel the test turns, over a registry that answers what `at` says, or nothing for null. */
function watched(at: { version: string | null }) {
  const events: string[] = [];
  let tick = () => {};
  let opened = 0;
  let closed = 0;
  const registry = {
    alias: async () => {
      if (at.version === null) throw fail('REGISTRY_UNAVAILABLE', { message: 'gone' });
      return { version: at.version };
    },
    close: async () => {
      closed += 1;
    },
  } as unknown as Registry;
  const end = watchAlias({
    reference: { model: 'm', at: 'production' },
    served: '1.0.0',
    everyMs: 10,
    every: (_, each) => {
      tick = each;
      return () => {
        tick = () => {};
      };
    },
    open: async () => {
      opened += 1;
      return registry;
    },
    onMove: () => events.push(`moved to ${at.version}`),
    onTrouble: (error) => events.push(error === null ? 'back' : error.code),
  });
  const turn = async () => {
    tick();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { events, turn, end, counts: () => ({ opened, closed }) };
}

test('an alias that moves is told at each look until another watch takes over', async () => {
  const at = { version: '1.0.0' };
  const { events, turn, end, counts } = watched(at);
  await turn();
  expect(events).toEqual([]);
  at.version = '1.1.0';
  await turn();
  await turn();
  expect(events).toEqual(['moved to 1.1.0', 'moved to 1.1.0']);
  end();
  await turn();
  expect(events).toHaveLength(2);
  expect(counts()).toEqual({ opened: 1, closed: 1 });
});

test('a registry that is gone is told once, and once when it is back', async () => {
  const at: { version: string | null } = { version: null };
  const { events, turn, counts } = watched(at);
  await turn();
  await turn();
  expect(events).toEqual(['REGISTRY_UNAVAILABLE']);
  at.version = '1.1.0';
  await turn();
  expect(events).toEqual(['REGISTRY_UNAVAILABLE', 'back', 'moved to 1.1.0']);
  expect(counts()).toEqual({ opened: 3, closed: 2 });
});
