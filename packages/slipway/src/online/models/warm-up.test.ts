import { parseLaunch } from '@slipway/core';
import { learnerLaunch, memorySink } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { testModel } from '../fixtures/open-test-server.ts';
import { warmUp } from './warm-up.ts';

const launch = parseLaunch(learnerLaunch, 'launch.yaml');
const good = { hours_studied: 3, quiz_score: 83 };

function start() {
  const sink = memorySink();
  const counts = { runs: 0, turns: 0 };
  const { predictor } = testModel(launch, sink);
  const counted = {
    ...predictor,
    predict: (...words: Parameters<typeof predictor.predict>) => {
      counts.runs += 1;
      return predictor.predict(...words);
    },
  };
  const turn = async () => {
    counts.turns += 1;
  };
  return { sink, counts, counted, turn };
}

test('a few hundred records go the whole way, in slices, without an event, whatever is wrong with some of them', async () => {
  const { sink, counts, counted, turn } = start();
  await warmUp(counted, [good, { hours_studied: 'many' }, { ...good, hours_studied: 13 }], turn);
  expect(counts).toEqual({ runs: 400, turns: 20 });
  expect(sink.events).toEqual([]);
});

test('a session of ONNX Runtime has warmed itself up, and nothing is asked where no record is known', async () => {
  const { counts, counted, turn } = start();
  await warmUp({ ...counted, session: { ...counted.session, engine: 'onnxruntime' } }, [good], turn);
  await warmUp(counted, [], turn);
  expect(counts).toEqual({ runs: 0, turns: 0 });
});
