import { parseLaunch } from '@slipway/core';
import { learnerLaunch } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { strangeLogFields } from './log-options.ts';

const launch = parseLaunch(learnerLaunch, 'launch.yaml');

test('a field to leave out or hash that the model does not have is told, once, with the one that was meant', () => {
  const told = strangeLogFields(
    { logSample: 1, logRedact: ['quizscore', 'hours_studied'], logHash: ['unit', 'quizscore', 'lerner_id'] },
    launch,
  );
  expect(told).toEqual([
    expect.stringMatching(/"quizscore", which this model does not have\. Did you mean "quiz_score"\?$/),
    expect.stringMatching(/"lerner_id", which this model does not have\. Did you mean "learner_id"\?$/),
  ]);
  expect(strangeLogFields({ logSample: 1 }, launch)).toEqual([]);
});
