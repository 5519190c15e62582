import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { joinOutcomes, type Outcome, type OutcomePrediction } from '@slipway/core';
import { someEvent } from '@slipway/testkit/sink-events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compactLog } from '../prediction-log/compact-log.ts';
import { isSampled, keepAll, keyedHash } from '../prediction-log/policy.ts';
import {
  hourMs,
  hours,
  type Made,
  nowMs,
  type OutcomePlace,
  outcomePlace,
  rule,
  startMs,
} from './fixtures/outcome-place.ts';

let place: OutcomePlace;
beforeEach(() => {
  place = outcomePlace();
});
afterEach(() => place.remove());

const none = { withoutPrediction: 0, notSampled: 0, perhapsNotSampled: 0 };

const two: readonly Made[] = [
  { id: 'a', unit: 'ana', hour: 0 },
  { id: 'b', unit: '007', hour: 5 },
];

describe('a model that the log does not know', () => {
  test('is told, with those that it knows', async () => {
    await place.predict(two);
    await expect(place.joined({ model: 'nope' })).rejects.toMatchObject({
      code: 'LOG_NOT_FOUND',
      kind: 'not_found',
      message: 'The log has no prediction of the model "nope".',
      hint: 'It has learner-risk.',
    });
    await expect(place.joined({ model: 'learner-rsik' })).rejects.toMatchObject({
      hint: 'Did you mean "learner-risk"?',
    });
  });
});

describe('a sampled log', () => {
  const share = 0.3;
  const dayOf = (hour: number, index: number) =>
    `${(startMs + hour * hourMs)
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}-7000-8000-${String(index).padStart(12, '0')}`;
  const all = Array.from({ length: 200 }, (_, index) => ({ id: dayOf(1, index), unit: `unit-${index}`, hour: 1 }));
  const kept = all.filter(({ id }) => isSampled(id, share));

  test('outcomes of predictions that it left out are told from those of predictions that never were', async () => {
    await place.predict(all, { ...keepAll, share });
    // On another day all is kept: an id of that day that is not there was never made.
    await place.predict([{ id: dayOf(50, 0), unit: 'zoe', hour: 50 }]);
    const lost = Array.from({ length: 5 }, (_, index) => `${dayOf(50, index + 1)},1`);
    await place.bring(`prediction_id,passed\n${all.map(({ id }) => `${id},1`).join('\n')}\n${lost.join('\n')}\n`);
    const { counts, rows, share: smallest } = await place.joined();
    expect(kept.length).toBeGreaterThan(20);
    expect(counts).toEqual({
      ...{ joined: kept.length, duplicates: 0, late: kept.length },
      ...{ withoutPrediction: 5, notSampled: all.length - kept.length, perhapsNotSampled: 0, withoutOutcome: 1 },
    });
    expect(smallest).toBe(share);
    expect(new Set(rows.map((row) => row.share))).toEqual(new Set([share]));
  });

  test('of a unit without a prediction nobody can tell, and duplicates and late ones are counted as ever', async () => {
    await place.predict(all, { ...keepAll, share });
    const [first] = kept;
    const lines = [`nobody,${hours(2)},${hours(2)},1`, `${first?.unit},${hours(2)},${hours(2)},0`];
    lines.push(`${first?.unit},${hours(2)},${hours(200)},1`);
    await place.bring(`unit,at,observed_at,passed\n${lines.join('\n')}\n`);
    expect((await place.joined()).counts).toMatchObject({
      ...{ joined: 1, duplicates: 1, late: 1, withoutPrediction: 0, notSampled: 0, perhapsNotSampled: 1 },
    });
  });
});

describe('join', () => {
  test('by id and by unit with a time; units are text, offsets of times are heard', async () => {
    await place.predict(two);
    await place.bring('prediction_id,passed\na,1\n');
    await place.bring(
      '{"learner":"007","when":"2026-11-01T08:00:00+02:00","grade":2.5,"note":null}\n',
      {
        columns: { unit: 'learner', at: 'when' },
      },
      'ndjson',
    );
    const { counts, rows } = await place.joined();
    expect(counts).toEqual({ joined: 2, duplicates: 0, late: 1, ...none, withoutOutcome: 0 });
    expect(rows).toMatchObject([
      { predictionId: 'b', unit: '007', occurredAt: hours(6), observedAt: hours(6), late: false },
      { predictionId: 'a', unit: 'ana', occurredAt: null, observedAt: hours(1000), late: true },
    ]);
    expect(rows.map(({ outcome }) => outcome)).toEqual([{ grade: 2.5, note: null }, { passed: 1 }]);
    expect(rows[0]?.outputs).toEqual(someEvent(1).outputs);
  });

  test('a correction that was imported later, or observed later, wins and is counted', async () => {
    await place.predict(two);
    const row = (observed: string, passed: string) => `prediction_id,observed_at,passed\na,${observed},${passed}\n`;
    await place.bring(row(hours(2), 'first'));
    await place.bring(row(hours(2), 'second'), { nowMs: nowMs + 1 });
    expect((await place.joined()).rows.map(({ outcome }) => outcome)).toEqual([{ passed: 'second' }]);
    await place.bring(row(hours(1), 'older'), { nowMs: nowMs + 2 });
    const { counts, rows } = await place.joined();
    expect(rows.map(({ outcome }) => outcome)).toEqual([{ passed: 'second' }]);
    expect(counts).toMatchObject({ joined: 1, duplicates: 2 });
  });

  test('finds units in a log that hashes them, without keeping the units', async () => {
    await place.predict(two, { ...keepAll, hash: ['unit'], key: 'k' });
    await place.bring(`unit,at,passed\nana,${hours(1)},1\nben,${hours(1)},1\n`, { units: { key: 'k', hide: true } });
    const { counts, rows } = await place.joined();
    expect(counts).toMatchObject({ joined: 1, withoutPrediction: 1 });
    expect(rows[0]?.unit).toBe(keyedHash('k')('ana'));
    const [name = ''] = place.files();
    expect(readFileSync(join(place.kept, name)).includes('ana')).toBe(false);
  });

  test('of a span counts its predictions only; an outcome of a later prediction is not lent to an earlier one', async () => {
    await place.predict([...two, { id: 'c', unit: 'ana', hour: 10 }]);
    await place.bring(`unit,at,passed\nana,${hours(12)},1\n`);
    expect((await place.joined({ until: hours(10) })).counts).toEqual({
      joined: 0,
      duplicates: 0,
      late: 0,
      ...none,
      withoutOutcome: 2,
    });
    expect((await place.joined({ since: hours(10) })).counts).toMatchObject({ joined: 1, withoutOutcome: 0 });
  });

  test('an outcome of another model is not counted as one without a prediction', async () => {
    await place.predict([...two, { id: 'c', unit: 'ana', hour: 1, model: 'other' }]);
    await place.bring('prediction_id,passed\nc,1\nnobody,1\n', { model: null });
    expect((await place.joined()).counts).toMatchObject({ joined: 0, withoutPrediction: 1 });
  });

  test('without outcomes every prediction waits', async () => {
    await place.predict(two);
    expect((await place.joined()).counts).toMatchObject({ joined: 0, withoutOutcome: 2 });
  });
});

const someUnit = fc.constantFrom('ana', 'ben', 'cleo');
const someHour = fc.integer({ min: 0, max: 60 });
const somePredictions = fc.array(
  fc.record({ unit: someUnit, hour: someHour, model: fc.constantFrom('learner-risk', 'other') }),
  {
    minLength: 20,
    maxLength: 40,
  },
);
const someOutcomes = fc.array(
  fc.record({
    id: fc.option(fc.integer({ min: 0, max: 45 }), { freq: 2 }),
    unit: someUnit,
    hour: fc.integer({ min: 0, max: 90 }),
    delay: fc.constantFrom(0, 1, 1, 60),
  }),
  { minLength: 20, maxLength: 40 },
);

test('the join of the log agrees with the rules of core, whatever the order, before and after compaction', async () => {
  await fc.assert(
    fc.asyncProperty(somePredictions, someOutcomes, fc.boolean(), async (predictions, outcomes, compacted) => {
      place.remove();
      place = outcomePlace();
      const made = predictions.map((each, index) => ({ ...each, id: `id-${index}` }));
      await place.predict(made);
      if (compacted) await compactLog({ folder: place.log, nowMs, keepMs: null, bytesMax: null });
      const lines = outcomes.map(
        ({ id, unit, hour, delay }, index) =>
          `${id === null ? '' : `id-${id}`},${id === null ? unit : ''},${hours(hour)},${hours(hour + delay)},${index}`,
      );
      const head = 'prediction_id,unit,at,observed_at,number\n';
      const half = lines.length / 2;
      await place.bring(`${head}${lines.slice(0, half).join('\n')}\n`);
      await place.bring(`${head}${lines.slice(half).join('\n')}\n`, { nowMs: nowMs + 1 });

      const expected = joinOutcomes(outcomes.map(ruleOutcome), made.filter(isAsked).map(rulePrediction), rule);
      const { counts, rows } = await place.joined();
      expect(counts).toEqual({
        joined: expected.joined.length,
        duplicates: expected.duplicates,
        late: expected.late,
        ...none,
        withoutPrediction: expected.withoutPrediction,
        withoutOutcome: expected.withoutOutcome,
      });
      const pairs = rows.map(({ predictionId, outcome, late }) => [predictionId, outcome.number, late]);
      expect(pairs.sort()).toEqual(
        expected.joined.map(({ prediction, outcome, late }) => [prediction.id, outcome.number, late]).sort(),
      );
    }),
    { numRuns: 12, seed: 4 },
  );
}, 60_000);

function isAsked({ model }: Made): boolean {
  return model === 'learner-risk';
}

function rulePrediction({ id, unit, hour, model = '' }: Made): OutcomePrediction {
  return { id, unit, model, predictedAtMs: startMs + hour * hourMs };
}

interface GivenOutcome {
  readonly id: number | null;
  readonly unit: string;
  readonly hour: number;
  readonly delay: number;
}

function ruleOutcome({ id, unit, hour, delay }: GivenOutcome, number: number): Outcome & { readonly number: number } {
  return {
    number,
    predictionId: id === null ? null : `id-${id}`,
    model: 'learner-risk',
    units: id === null ? [unit] : [],
    occurredAtMs: startMs + hour * hourMs,
    observedAtMs: startMs + (hour + delay) * hourMs,
  };
}
