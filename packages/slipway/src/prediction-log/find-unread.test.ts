import { someEvent } from '@slipway/testkit/sink-events';
import { expect, onTestFinished, test } from 'vitest';
import { logFolder } from './fixtures/log-folder.ts';
import { changedAt } from './fixtures/stopped-at.ts';
import { findPrediction } from './read-log.ts';

test.each(['readdir', 'readFile'] as const)(
  'a record that no query can read is found whenever it is set aside meanwhile (before a %s)',
  async (call) => {
    let met = 0;
    for (let step = 1, isThrough = false; !isThrough; step++) {
      const log = logFolder(onTestFinished);
      log.writeLines([JSON.stringify({ ...someEvent(1), id: 'bad', at: 'soon' })]);
      const compact = async () => {
        await log.compact();
      };
      const { answer, wasReached } = await changedAt(step, compact, () => findPrediction(log.folder, 'bad'), call);
      expect(answer, `step ${step}`).toMatchObject({ id: 'bad' });
      met += wasReached ? 1 : 0;
      isThrough = !wasReached;
    }
    expect(met).toBeGreaterThan(0);
  },
);
