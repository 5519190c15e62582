import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Asked, Caller, simulate } from './fixtures/simulated.ts';

const call = fc.record({
  rows: fc.integer({ min: 1, max: 200 }),
  gapMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 20, noNaN: true })),
  withinMs: fc.option(fc.double({ min: 0, max: 150, noNaN: true }), { nil: null }),
  goesAfterMs: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: null }),
  fate: fc.oneof(
    { weight: 12, arbitrary: fc.constant('fine' as const) },
    { weight: 2, arbitrary: fc.constant('fails' as const) },
    { weight: 1, arbitrary: fc.constant('hangs' as const) },
  ),
});

const place = fc.record({
  atOnce: fc.integer({ min: 1, max: 4 }),
  perRowMs: fc.double({ min: 0, max: 1, noNaN: true }),
  fixedMs: fc.double({ min: 0, max: 20, noNaN: true }),
  seeded: fc.boolean(),
  mixes: fc.boolean(),
  callsMax: fc.integer({ min: 1, max: 60 }),
});

/** Every row has a value of its own, and its fate is in its sign and fraction. */
function valuesOf(first: number, rows: number, fate: 'fine' | 'fails' | 'hangs'): number[] {
  const values = Array.from({ length: rows }, (_, row) => first + row + 1);
  if (fate !== 'fine') values[rows >> 1] = (fate === 'fails' ? -1 : -2) * 100_000 - first;
  return values;
}

test('under any calls, deadlines, departures and failures each call is answered once, in time, with its own rows', async () => {
  await fc.assert(
    fc.asyncProperty(place, fc.array(call, { minLength: 1, maxLength: 40 }), async (given, calls) => {
      const { atOnce, perRowMs, fixedMs, seeded, mixes } = given;
      const { clock, executors, batcher, ask } = simulate({
        atOnce,
        seeded,
        mixes,
        ms: (rows) => fixedMs + perRowMs * rows,
        poison: (x) => (x <= -200_000 ? 'hangs' : x <= -100_000 ? 'fails' : null),
        waitingMax: { calls: given.callsMax, rows: 2000, bytes: 16_000 },
        graceMs: 50,
      });
      const asked: (Asked & { readonly withinMs: number; readonly fate: string })[] = [];
      let first = 0;
      for (const { rows, gapMs, withinMs, goesAfterMs, fate } of calls) {
        const caller = new Caller();
        // Who never leaves and never is late waits for a model that hangs for ever: that is what close() is bounded for.
        const within = withinMs ?? (fate === 'hangs' ? 150 : Number.POSITIVE_INFINITY);
        const made = ask(valuesOf(first, rows, fate), { withinMs: within, caller });
        first += 1000;
        asked.push(Object.assign(made, { withinMs: within, fate }));
        if (goesAfterMs !== null) clock.after(goesAfterMs, () => caller.go());
        await clock.pass(gapMs);
      }
      await clock.pass(1e6);
      // No promise is lost, and none is left.
      await batcher.idle();
      expect(clock.pending).toBe(0);
      for (const { values, answer, answeredMs, askedMs, withinMs, fate } of asked) {
        // Answered by the deadline, to the moment, in whichever way.
        expect(answeredMs - askedMs).toBeLessThanOrEqual(withinMs + 1e-6);
        if (Array.isArray(answer)) {
          expect(fate).toBe('fine');
          expect(answer).toEqual(values.map((x) => 2 * x));
        } else {
          const codes = ['DEADLINE_EXCEEDED', 'CALLER_GONE', 'SESSION_BUSY', 'MODEL_FAILED'];
          expect(codes).toContain(answer);
          // One bad row never fails its neighbours.
          if (answer === 'MODEL_FAILED') expect(fate).toBe('fails');
        }
      }
      const deadlines = new Map(
        asked.flatMap((one) => one.values.map((x) => [x, one.askedMs + one.withinMs] as const)),
      );
      for (const { atMs, rows, calls: together } of executors.runs) {
        // No run is larger than runs may be, holds more callers than it may, or holds a row that is late already.
        expect(rows.length).toBeLessThanOrEqual(64);
        if (!mixes || !seeded) expect(together).toBeLessThanOrEqual(mixes ? 64 : 1);
        for (const x of rows) expect(deadlines.get(x)).toBeGreaterThan(atMs);
      }
      // Nobody is left busy.
      expect(executors.free()).toBe(atOnce);
    }),
    { seed: 20261124, numRuns: 150 },
  );
});
