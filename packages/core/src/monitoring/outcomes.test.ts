import { describe, expect, test } from 'vitest';
import { joinOutcomes, type Outcome, type OutcomePrediction, predictionOfOutcome } from './outcomes.ts';

const hour = 3_600_000;
const rule = { horizonMs: 24 * hour, windowMs: 48 * hour };

function prediction(id: string, atHour: number, change: Partial<OutcomePrediction> = {}): OutcomePrediction {
  return { id, model: 'learner-risk', unit: 'ana', predictedAtMs: atHour * hour, ...change };
}

function ofUnit(atHour: number, change: Partial<Outcome> = {}): Outcome {
  const at = { occurredAtMs: atHour * hour, observedAtMs: atHour * hour };
  return { predictionId: null, model: 'learner-risk', units: ['ana'], ...at, ...change };
}

function ofPrediction(predictionId: string, observedHour: number, change: Partial<Outcome> = {}): Outcome {
  const observedAtMs = observedHour * hour;
  return { predictionId, model: null, units: [], occurredAtMs: null, observedAtMs, ...change };
}

describe('the prediction of an outcome', () => {
  const all = [prediction('a', 0), prediction('b', 10), prediction('c', 20), prediction('d', 10, { unit: 'ben' })];
  const idOf = (outcome: Outcome, predictions = all) => predictionOfOutcome(outcome, predictions, rule)?.id ?? null;

  test('is the last of the unit at or before its time', () => {
    expect(idOf(ofUnit(9))).toBe('a');
    expect(idOf(ofUnit(10))).toBe('b');
    expect(idOf(ofUnit(19))).toBe('b');
    expect(idOf(ofUnit(-1))).toBeNull();
  });

  test('is none where the last one is older than the horizon', () => {
    expect(idOf(ofUnit(44))).toBe('c');
    expect(idOf(ofUnit(44.001))).toBeNull();
  });

  test('is of the same model and of one of the forms of the unit', () => {
    expect(idOf(ofUnit(15, { model: 'other' }))).toBeNull();
    expect(idOf(ofUnit(15, { units: ['hmac:1', 'ben'] }))).toBe('d');
    expect(idOf(ofUnit(15, { units: [] }))).toBeNull();
  });

  test('of two at one moment is the one with the greater id, in any order', () => {
    const two = [prediction('x', 1), prediction('y', 1)];
    expect(idOf(ofUnit(2), two)).toBe('y');
    expect(idOf(ofUnit(2), two.toReversed())).toBe('y');
  });

  test('is the one that it names, whatever the times, unless its model is another', () => {
    expect(idOf(ofPrediction('a', 900, { units: ['ben'], occurredAtMs: -5 }))).toBe('a');
    expect(idOf({ ...ofUnit(15), predictionId: 'nobody' })).toBeNull();
    expect(idOf(ofPrediction('a', 1, { model: 'other' }))).toBeNull();
  });
});

describe('the join', () => {
  test('keeps the outcome observed last, and counts the others as duplicates', () => {
    const outcomes = [ofPrediction('a', 3), ofPrediction('a', 9), ofPrediction('a', 5), ofUnit(1)];
    const { joined, duplicates } = joinOutcomes(outcomes, [prediction('a', 0)], rule);
    expect(joined.map(({ outcome }) => outcome)).toEqual([outcomes[1]]);
    expect(duplicates).toBe(3);
  });

  test('of outcomes observed at one moment keeps the last imported', () => {
    const outcomes = [ofPrediction('a', 3), ofPrediction('a', 3, { occurredAtMs: 7 })];
    expect(joinOutcomes(outcomes, [prediction('a', 0)], rule).joined[0]?.outcome).toBe(outcomes[1]);
  });

  test('keeps late arrivals and counts them; the window includes its end', () => {
    const outcomes = [ofPrediction('a', 48), ofPrediction('b', 48.001)];
    const { joined, late } = joinOutcomes(outcomes, [prediction('a', 0), prediction('b', 0)], rule);
    expect(joined.map(({ prediction: { id }, late: isLate }) => [id, isLate])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(late).toBe(1);
  });

  test('counts outcomes without a prediction, and predictions without an outcome', () => {
    const outcomes = [ofPrediction('gone', 1), ofUnit(2, { units: ['cleo'] }), ofPrediction('a', 1)];
    expect(joinOutcomes(outcomes, [prediction('a', 0), prediction('b', 0)], rule)).toMatchObject({
      duplicates: 0,
      withoutPrediction: 2,
      withoutOutcome: 1,
    });
  });
});
