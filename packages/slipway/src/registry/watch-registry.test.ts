import { fail, type SlipwayError } from '@slipway/core';
import { expect, test } from 'vitest';
import { type Watched, watchRegistry } from './watch-registry.ts';

/** A watch whose wheel the test turns, over a registry that says what `now` says, or nothing while it is gone. */
function watched() {
  const now = { sequence: 1, isGone: false, aliases: new Map([['m@production', '1.0.0']]), off: [] as string[] };
  const counts = { opened: 0, closed: 0, heads: 0, reads: 0 };
  const events: string[] = [];
  let tick = () => {};
  const registry = {
    async auditHead() {
      if (now.isGone) throw fail('REGISTRY_UNAVAILABLE', { message: 'gone' });
      counts.heads += 1;
      return { sequence: now.sequence, hash: `hash ${now.sequence}` };
    },
    async alias(model: string, alias: string) {
      counts.reads += 1;
      const version = now.aliases.get(`${model}@${alias}`);
      if (version === undefined) throw fail('ALIAS_NOT_FOUND', { message: `no ${alias}` });
      return { version };
    },
    async records() {
      counts.reads += 1;
      return now.off.map((id) => ({ id, body: { on: true } }));
    },
    async close() {
      counts.closed += 1;
    },
  } as unknown as Watched;
  const watch = watchRegistry({
    everyMs: 10,
    every: (_, each) => {
      tick = each;
      return () => {
        tick = () => {};
      };
    },
    open: async () => {
      counts.opened += 1;
      return registry;
    },
    onSwitches: (models) => events.push(`off: ${[...models].join()}`),
    onTrouble: (error) => events.push(error === null ? 'back' : error.code),
  });
  const follow = (at: string) =>
    watch.follow(
      { model: 'm', at },
      {
        leadsTo: (version: string) => events.push(`${at} is ${version}`),
        isLost: ({ code }: SlipwayError) => events.push(`${at}: ${code}`),
      },
    );
  const turn = async () => {
    events.length = 0;
    tick();
    await new Promise((resolve) => setImmediate(resolve));
    return [...events];
  };
  return { watch, now, counts, events, follow, turn };
}

test('one connection and one row a look serve any number of aliases, until the end of the audit log moves', async () => {
  const { watch, now, counts, follow, turn } = watched();
  now.aliases.set('m@staging', '2.0.0');
  follow('production');
  follow('staging');
  await watch.begin();
  expect(await turn()).toEqual(['production is 1.0.0', 'staging is 2.0.0']);
  expect(counts).toEqual({ opened: 1, closed: 0, heads: 2, reads: 3 });
  now.aliases.set('m@production', '1.1.0');
  now.off = ['m'];
  now.sequence += 1;
  expect(await turn()).toEqual(['off: m', 'production is 1.1.0', 'staging is 2.0.0']);
  expect(counts).toEqual({ opened: 1, closed: 0, heads: 3, reads: 6 });
});

test('who begins to follow later is told at the next look, and who has ended no more', async () => {
  const { watch, follow, turn } = watched();
  await watch.begin();
  const end = follow('production');
  expect(await turn()).toEqual(['production is 1.0.0']);
  end();
  expect(await turn()).toEqual([]);
});

test('a registry that is gone is told once, to each follower at each look, and opened anew', async () => {
  const { watch, now, counts, follow, turn } = watched();
  follow('production');
  await watch.begin();
  now.isGone = true;
  expect(await turn()).toEqual(['REGISTRY_UNAVAILABLE', 'production: REGISTRY_UNAVAILABLE']);
  expect(await turn()).toEqual(['production: REGISTRY_UNAVAILABLE']);
  now.isGone = false;
  expect(await turn()).toEqual(['back', 'production is 1.0.0']);
  expect(counts).toMatchObject({ opened: 3, closed: 2 });
});

test('an alias that was removed is told to its follower alone', async () => {
  const { watch, now, follow, turn } = watched();
  follow('production');
  follow('staging');
  await watch.begin();
  expect(await turn()).toEqual(['production is 1.0.0', 'staging: ALIAS_NOT_FOUND']);
  now.aliases.set('m@staging', '3.0.0');
  now.sequence += 1;
  expect(await turn()).toContain('staging is 3.0.0');
});

test('a watch that has ended closes its connection and tells nothing', async () => {
  const { watch, now, counts, events, follow, turn } = watched();
  follow('production');
  await watch.begin();
  watch.end();
  now.sequence += 1;
  expect(await turn()).toEqual([]);
  expect(counts).toMatchObject({ opened: 1, closed: 1 });
  expect(events).toEqual([]);
});
