import { expect, test } from 'vitest';
import type { Deed } from '../operate/deed.ts';
import type { FromSupervisor } from './messages.ts';
import { SharedDeeds } from './shared-deeds.ts';

const off: Deed = { kind: 'fallback', model: 'm', on: true };
const load: Deed = { kind: 'load', name: 'm@1.0.0' };

function start(workers: readonly number[]) {
  const sent: (readonly [number, FromSupervisor])[] = [];
  const deeds = new SharedDeeds({ workers: () => workers, send: (worker, message) => sent.push([worker, message]) });
  return { deeds, sent };
}

test('the others are told, and the asker when all of them have tried or ended', () => {
  const { deeds, sent } = start([1, 2, 3]);
  deeds.share(1, 7, off);
  expect(sent).toEqual([
    [2, { slipway: 'deed', id: 0, deed: off }],
    [3, { slipway: 'deed', id: 0, deed: off }],
  ]);
  deeds.tried(2, 0);
  expect(sent).toHaveLength(2);
  deeds.left(3);
  expect(sent[2]).toEqual([1, { slipway: 'done', id: 7 }]);
});

test('one without others is told at once, and a later worker gets the last word on each thing', () => {
  const { deeds, sent } = start([1]);
  deeds.share(1, 0, off);
  deeds.share(1, 1, load);
  deeds.share(1, 2, { ...off, on: false });
  expect(sent.map(([, message]) => message)).toEqual([0, 1, 2].map((id) => ({ slipway: 'done', id })));
  expect(deeds.all()).toEqual([load, { ...off, on: false }]);
});
