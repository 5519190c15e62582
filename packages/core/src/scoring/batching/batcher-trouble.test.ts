import { describe, expect, test } from 'vitest';
import { simulate } from './fixtures/simulated.ts';

describe('a run that nobody waits for', () => {
  const hanging = { poison: (x: number) => (x < 0 ? ('hangs' as const) : null) };

  test('is given up after a grace, and the next calls are answered', async () => {
    const { clock, executors, ask } = simulate({ ...hanging, graceMs: 50 });
    const hung = ask([-1], { withinMs: 100 });
    const next = ask([2], { withinMs: 1000 });
    await clock.pass(149);
    expect(hung).toMatchObject({ answer: 'DEADLINE_EXCEEDED', answeredMs: 100 });
    expect([executors.abandoned, next.answer]).toEqual([0, null]);
    await clock.pass(10);
    expect(executors.abandoned).toBe(1);
    expect(next.answer).toEqual([4]);
  });

  test('ends within the grace and is a run like others', async () => {
    const { clock, executors, ask, model } = simulate({ ms: () => 120, seeded: false, graceMs: 50 });
    ask([1], { withinMs: 100 });
    await clock.pass(1000);
    expect(executors.abandoned).toBe(0);
    expect(model.rowsSeen).toBe(1);
  });
});

describe('a bad row', () => {
  const bad = { poison: (x: number) => (x < 0 ? ('fails' as const) : null) };

  test('costs its own call alone, whoever else is in its run', async () => {
    const { clock, executors, ask } = simulate(bad);
    ask([0]);
    const asked = [1, 2, -3, 4, 5, -6, 7, 8].map((value) => ask([value]));
    await clock.pass(100);
    expect(asked.map(({ answer }) => answer)).toEqual([
      [2],
      [4],
      'MODEL_FAILED',
      [8],
      [10],
      'MODEL_FAILED',
      [14],
      [16],
    ]);
    // The first one, all eight, and then at most 2 k - 2 more.
    expect(executors.runs.length).toBeLessThanOrEqual(1 + 15);
  });

  test('after bad row teaches it to keep calls apart, so that a model that always fails is asked once a call', async () => {
    const { clock, executors, ask } = simulate(bad);
    ask([-1]);
    const asked = Array.from({ length: 64 }, () => ask([-1]));
    await clock.pass(200);
    const more = Array.from({ length: 100 }, () => ask([-1]));
    await clock.pass(1000);
    expect([...asked, ...more].every(({ answer }) => answer === 'MODEL_FAILED')).toBe(true);
    expect(executors.runs.length).toBeLessThan(2 * 165);
    const before = executors.runs.length;
    for (let call = 0; call < 100; call++) ask([-1]);
    await clock.pass(1000);
    expect(executors.runs.length - before).toBe(100);
  });

  test('in one piece of a large call ends the whole call, and its other pieces are not run', async () => {
    const { clock, executors, ask } = simulate(bad);
    const large = ask([-1, ...Array.from({ length: 299 }, () => 1)]);
    await clock.pass(100);
    expect(large.answer).toBe('MODEL_FAILED');
    expect(executors.runs).toHaveLength(1);
  });
});

test('what goes wrong around it costs the calls that it happens to, and never the loop', async () => {
  let trouble: string | null = null;
  const throwing = (name: string) => {
    if (trouble === name) throw new Error(name);
  };
  const meter = {
    run: () => throwing('meter'),
    wait: () => throwing('meter'),
    reject: () => throwing('meter'),
    learned: () => throwing('meter'),
    recycle: () => throwing('meter'),
  };
  const { clock, executors, batcher, ask } = simulate({ meter });
  const { start, free, want } = executors;
  executors.start = (slices) => {
    throwing('start');
    return start.call(executors, slices);
  };
  executors.free = () => {
    throwing('free');
    return free.call(executors);
  };
  executors.want = () => {
    throwing('want');
    return want.call(executors);
  };
  for (const name of ['meter', 'start', 'free', 'want', 'limits', 'shape']) {
    trouble = name;
    const batch = { rows: 1, columns: [Float64Array.of(5)] };
    const given = { batch: name === 'shape' ? { rows: 1, columns: [] } : batch, bytes: 8, rowsPerPiece: 64 };
    const onCancel = () => throwing('limits');
    const limits = { deadlineMs: Number.POSITIVE_INFINITY, isCancelled: () => false, onCancel };
    const call = (async () => batcher.run({ ...given, limits }))();
    const outcome = call.then(
      () => 'answered',
      (thrown: unknown) => (thrown instanceof Error ? 'failed' : 'odd'),
    );
    await clock.pass(10);
    expect([name, await outcome]).toEqual([name, name === 'meter' || name === 'want' ? 'answered' : 'failed']);
    trouble = null;
    const next = ask([1]);
    await clock.pass(10);
    expect([name, next.answer]).toEqual([name, [2]]);
  }
  await batcher.idle();
});

test('an answer without the values that were asked for fails its calls, and the loop goes on', async () => {
  const { clock, executors, ask } = simulate();
  const { start } = executors;
  let isOdd = true;
  executors.start = (slices) => {
    const execution = start.call(executors, slices);
    return isOdd ? { ...execution, lanes: execution.lanes.then(() => [null as never]) } : execution;
  };
  const odd = ask([1]);
  await clock.pass(10);
  isOdd = false;
  const next = ask([2]);
  await clock.pass(10);
  expect(odd.answer).toContain('TypeError');
  expect(next.answer).toEqual([4]);
});

test('to abort fails all that is not answered, and leaves nothing that runs', async () => {
  const { clock, executors, batcher, ask } = simulate({ ms: () => 100 });
  const asked = [1, 2, 3].map((value) => ask([value]));
  const idle = batcher.idle();
  batcher.abort(Object.assign(new Error('closed'), { code: 'SESSION_STOPPED' }));
  await clock.pass(0);
  await idle;
  expect(asked.map(({ answer }) => answer)).toEqual(['SESSION_STOPPED', 'SESSION_STOPPED', 'SESSION_STOPPED']);
  expect(executors.abandoned).toBe(1);
});
