import { describe, expect, test } from 'vitest';
import { Caller, simulate } from './fixtures/simulated.ts';
import { LatencyModel } from './latency-model.ts';

const twice = (...values: number[]) => values.map((value) => 2 * value);

describe('work', () => {
  test('starts at once while somebody is free, and gathers while nobody is', async () => {
    const { clock, executors, ask } = simulate();
    const first = ask([1]);
    const others = [2, 3, 4].map((value) => ask([value]));
    await clock.pass(10);
    expect(executors.runs.map(({ atMs, rows }) => [atMs, rows])).toEqual([
      [0, [1]],
      [1.1, [2, 3, 4]],
    ]);
    expect(first.answer).toEqual(twice(1));
    expect(others.map(({ answer }) => answer)).toEqual([[4], [6], [8]]);
  });

  test('is shared by those that are free at once', async () => {
    const { clock, executors, ask } = simulate({ atOnce: 2 });
    const { free } = executors;
    executors.free = () => 0;
    for (const value of [3, 4, 5]) ask([value]);
    executors.free = free;
    ask([6]);
    await clock.pass(10);
    expect(executors.runs.map(({ rows }) => rows)).toEqual([
      [3, 4],
      [5, 6],
    ]);
  });

  test('is never more rows than a run may hold, and never more than is worth it', async () => {
    // A run of one row costs what it costs whatever its rows: ten calls share nothing by going together.
    const { clock, executors, ask } = simulate({ ms: (rows) => 10 * rows + 0.5 });
    for (let call = 0; call < 20; call++) ask([call]);
    await clock.pass(1000);
    expect(Math.max(...executors.runs.map(({ rows }) => rows.length))).toBe(1);
    // But a run that is filled up to four rows costs as much with four calls as with one.
    const model = new LatencyModel();
    for (const rows of [4, 8, 16]) model.seed(rows, 10 * rows + 0.5);
    const filled = simulate({ ms: (rows) => 10 * Math.max(4, rows) + 0.5, rowsMin: 4, model });
    for (let call = 0; call < 9; call++) filled.ask([call]);
    await filled.clock.pass(1000);
    expect(filled.executors.runs.map(({ rows }) => rows.length)).toEqual([1, 4, 4]);
    const cheap = simulate({ ms: (rows) => 10 + 0.001 * rows });
    for (let call = 0; call < 200; call++) cheap.ask([call]);
    await cheap.clock.pass(1000);
    expect(cheap.executors.runs.map(({ rows }) => rows.length)).toEqual([1, 64, 64, 64, 7]);
  });

  test('of one call at a time is all there is where rows may not mix, or nothing is known', async () => {
    for (const options of [{ mixes: false }, { seeded: false }]) {
      const { clock, executors, ask } = simulate(options);
      const asked = [1, 2, 3].map((value) => ask([value, value]));
      await clock.pass(10);
      expect(executors.runs.map(({ calls }) => calls)).toEqual([1, 1, 1]);
      expect(asked.map(({ answer }) => answer)).toEqual([twice(1, 1), twice(2, 2), twice(3, 3)]);
    }
  });

  test('too large for a run is split and joined again, by all that are free', async () => {
    const { clock, executors, ask } = simulate({ atOnce: 3 });
    const values = Array.from({ length: 300 }, (_, row) => row);
    const small = ask([7]);
    const large = ask(values);
    await clock.pass(100);
    expect(large.answer).toEqual(twice(...values));
    expect(small.answer).toEqual([14]);
    expect(executors.runs.map(({ rows }) => rows.length)).toEqual([1, 64, 64, 64, 64, 44]);
    expect(executors.runs.filter(({ atMs }) => atMs === 0)).toHaveLength(3);
  });
});

describe('a deadline', () => {
  test('that is nearer goes first, and one far away is not passed over for ever', async () => {
    const { clock, executors, ask } = simulate({ mixes: false, ms: () => 100 });
    ask([0]);
    ask([1]);
    const late = ask([2], { withinMs: 60_000 });
    const soon = ask([3], { withinMs: 500 });
    await clock.pass(199);
    expect(executors.runs.map(({ rows }) => rows[0])).toEqual([0, 3]);
    // One that is due soon comes every 100 ms: those without a deadline and with a far one wait a second, and no longer.
    for (let call = 0; call < 30; call++) {
      ask([100 + call], { withinMs: 900 });
      await clock.pass(100);
    }
    expect(soon.answer).toEqual([6]);
    expect(late.answeredMs).toBeLessThan(1500);
  });

  test('is kept to the moment, also while a run goes on, and what waits is never run', async () => {
    const { clock, executors, ask } = simulate({ ms: () => 100, seeded: false });
    const running = ask([1], { withinMs: 30 });
    const waiting = ask([2], { withinMs: 40 });
    await clock.pass(30);
    expect(running).toMatchObject({ answer: 'DEADLINE_EXCEEDED', answeredMs: 30 });
    await clock.pass(200);
    expect(waiting).toMatchObject({ answer: 'DEADLINE_EXCEEDED', answeredMs: 40 });
    expect(executors.runs).toHaveLength(1);
  });

  test('that cannot be met is told at once while the queue is long, and tried where somebody is free', async () => {
    const { clock, ask } = simulate({ mixes: false, ms: () => 10 });
    const tried = ask([1], { withinMs: 5 });
    for (let call = 0; call < 10; call++) ask([call]);
    const hopeless = ask([2], { withinMs: 8 });
    expect(hopeless).toMatchObject({ answer: 'SESSION_BUSY', answeredMs: 0 });
    expect(tried.answer).toBe(null);
    await clock.pass(5);
    expect(tried.answer).toBe('DEADLINE_EXCEEDED');
  });

  test('is not risked for the sake of a larger run', async () => {
    const { clock, executors, ask } = simulate({ ms: (rows) => 10 + rows });
    ask([0]);
    ask([1], { withinMs: 25.5 });
    for (let call = 2; call < 10; call++) ask([call]);
    await clock.pass(100);
    // At 11 ms there are 14.5 left: time for four rows.
    expect(executors.runs[1]?.rows).toEqual([1, 2, 3, 4]);
  });

  test('that is past, or a caller that is gone, when the call comes, is told at once', () => {
    const { executors, ask } = simulate();
    const caller = new Caller();
    caller.go();
    expect(ask([1], { withinMs: 0 }).answer).toBe('DEADLINE_EXCEEDED');
    expect(ask([1], { caller }).answer).toBe('CALLER_GONE');
    expect(executors.runs).toEqual([]);
  });
});

describe('a caller that goes', () => {
  test('is let go of at once, and its rows are not run', async () => {
    const { clock, executors, ask } = simulate({ ms: () => 10 });
    const caller = new Caller();
    const first = ask([1]);
    const gone = ask([2], { caller });
    const stays = ask([3]);
    caller.go();
    await clock.pass(0);
    expect(gone).toMatchObject({ answer: 'CALLER_GONE', answeredMs: 0 });
    await clock.pass(50);
    expect(executors.runs.map(({ rows }) => rows)).toEqual([[1], [3]]);
    expect([first.answer, stays.answer]).toEqual([[2], [6]]);
  });

  test('costs nobody else in the same run anything: it goes on for them, longer than the grace', async () => {
    const { clock, executors, ask } = simulate({ ms: () => 200, graceMs: 50 });
    const caller = new Caller();
    ask([0]);
    const [left, stays] = [ask([1], { caller }), ask([2])];
    await clock.pass(210);
    expect(executors.runs[1]?.rows).toEqual([1, 2]);
    caller.go();
    await clock.pass(500);
    expect([left.answer, stays.answer]).toEqual(['CALLER_GONE', [4]]);
    expect(executors.abandoned).toBe(0);
  });
});

describe('what waits is bounded', () => {
  test('by calls, by rows and by bytes; a call that waits alone may be of any size', async () => {
    const full = (waitingMax: { calls: number; rows: number; bytes: number }, sizes: readonly number[]) => {
      const { ask } = simulate({ waitingMax, ms: () => 100, mixes: false });
      ask([0]);
      return sizes.map((size) => ask(new Array(size).fill(1)).answer);
    };
    const busy = 'SESSION_BUSY';
    const max = { calls: 1000, rows: 1000, bytes: 100_000 };
    expect(full({ ...max, calls: 2 }, [1, 1, 1])).toEqual([null, null, busy]);
    expect(full({ ...max, rows: 10 }, [8, 2, 1])).toEqual([null, null, busy]);
    expect(full({ ...max, bytes: 80 }, [8, 2, 1])).toEqual([null, null, busy]);
    expect(full({ ...max, rows: 10 }, [5000, 1])).toEqual([null, busy]);
  });

  test('and those who leave make room at once', async () => {
    const { ask } = simulate({ waitingMax: { calls: 2, rows: 1000, bytes: 1e6 }, ms: () => 100, mixes: false });
    const callers = [new Caller(), new Caller()];
    ask([0]);
    for (const caller of callers) ask([1], { caller });
    expect(ask([2]).answer).toBe('SESSION_BUSY');
    for (const caller of callers) caller.go();
    expect(ask([3]).answer).toBe(null);
  });
});

describe('a hold', () => {
  test('waits a moment for the next call where calls come close together, and so runs both at once', async () => {
    const { clock, executors, ask } = simulate({ ms: (rows) => 20 + 0.1 * rows });
    // Calls come every 2 ms; a run costs 20 whatever its rows.
    for (let call = 0; call < 200; call++) {
      ask([call]);
      await clock.pass(2);
    }
    await clock.pass(100);
    const calls = executors.runs.map((run) => run.calls);
    expect(Math.min(...calls.slice(5, -1))).toBeGreaterThan(5);
  });

  test('is none where the next call is far, or nothing is gained', async () => {
    for (const ms of [(rows: number) => 1 + 0.1 * rows, (rows: number) => 2 * rows]) {
      const { clock, executors, ask } = simulate({ ms });
      for (let call = 0; call < 50; call++) {
        ask([call]);
        await clock.pass(5);
      }
      expect(executors.runs.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 50 }, (_, call) => 5 * call));
    }
  });
});

test('an idle batcher has no timer and does nothing', async () => {
  const { clock, batcher, ask } = simulate();
  ask([1], { withinMs: 5000 });
  ask([2]);
  await clock.pass(100);
  await batcher.idle();
  expect(clock.pending).toBe(0);
});
