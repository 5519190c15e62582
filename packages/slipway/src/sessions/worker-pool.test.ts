import { Batcher, LatencyModel, type RunLimits } from '@slipway/core';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../system/clock.ts';
import { afterTimeoutAwake } from '../system/timers.ts';
import { PoolThread } from './pool-thread.ts';
import { WorkerPool } from './worker-pool.ts';

const worker = new URL('./fixtures/pooled-worker.ts', import.meta.url);
const opened: WorkerPool[] = [];

/** A pool whose workers are set up one after the other as `setups` says, the setups that were used, and a way to ask. */
async function pool({ setups = [] as string[], workersMax = 2, waitingMax = 100, mixes = false } = {}) {
  const used: string[] = [];
  const open = () => {
    const setup = setups[used.length] ?? 'serve';
    used.push(setup);
    return PoolThread.open({ worker, setup });
  };
  const made = await WorkerPool.open({ workersMax, open, read: (answer) => [answer as string[]] });
  opened.push(made);
  const model = new LatencyModel();
  if (mixes) for (const rows of [1, 64]) model.seed(rows, 10);
  const batcher = new Batcher({
    clock: systemClock,
    after: afterTimeoutAwake,
    executors: made,
    model,
    rowsMin: 1,
    rowsMax: 64,
    mixes,
    waitingMax: { calls: waitingMax, rows: 1e6, bytes: 1e6 },
    graceMs: 20,
    meter: null,
  });
  /** A call of some texts, each a piece of its own; answers with all their answers. */
  const ask = async (texts: string | readonly string[], limits?: RunLimits): Promise<unknown> => {
    const column = typeof texts === 'string' ? [texts] : texts;
    const batch = { rows: column.length, columns: [column] };
    const [lane] = await batcher.run({ batch, bytes: 1, rowsPerPiece: 1, limits });
    return lane;
  };
  return { pool: made, used, ask, batcher };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((made) => made.close()));
});

const stopped = { code: 'SESSION_STOPPED' };
const within = (ms: number): RunLimits => ({
  deadlineMs: systemClock.monotonicMs() + ms,
  isCancelled: () => false,
  onCancel: () => {},
});

describe('a pool of workers', () => {
  test('answers calls of one piece and of many', async () => {
    const { ask } = await pool();
    expect(await Promise.all([ask('a'), ask(['b', 'c', 'd']), ask('e')])).toEqual([['a!'], ['b!', 'c!', 'd!'], ['e!']]);
  });

  test('opens a further worker only when work waits', async () => {
    const { pool: given, used, ask } = await pool({ workersMax: 3 });
    await ask('a');
    await ask('b');
    expect(used).toHaveLength(1);
    await Promise.all(Array.from({ length: 20 }, () => ask('c')));
    await given.close();
    expect(used.length).toBeGreaterThan(1);
    expect(used.length).toBeLessThanOrEqual(3);
  });

  test('refuses a call when as many wait as may', async () => {
    const { ask } = await pool({ workersMax: 1, waitingMax: 2 });
    const asked = [ask('a'), ask('b'), ask('c')];
    await expect(ask('d')).rejects.toMatchObject({ code: 'SESSION_BUSY' });
    expect(await Promise.all(asked)).toEqual([['a!'], ['b!'], ['c!']]);
  });

  test('runs the rows of several calls together, and gives each its own', async () => {
    const { ask } = await pool({ workersMax: 1, mixes: true });
    const asked = ['a', 'b', 'c', 'd'].map((text) => ask(text));
    expect(await Promise.all(asked)).toEqual([['a!'], ['b!'], ['c!'], ['d!']]);
  });
});

describe('a worker', () => {
  test('that is asked to fail answers the next question', async () => {
    const { used, ask } = await pool({ workersMax: 1 });
    await expect(ask('fail')).rejects.toThrow('asked to fail');
    expect(await ask('a')).toEqual(['a!']);
    expect(used).toHaveLength(1);
  });

  test.each([
    ['ends', 'exit', 'ended before it answered'],
    ['throws outside of any answer', 'throw', 'thrown outside of any answer'],
  ])('that %s costs its own call, and is replaced for those that wait', async (_, question, message) => {
    const { pool: given, used, ask } = await pool({ workersMax: 1 });
    const settled = await Promise.allSettled([ask('a'), ask(question), ask('b'), ask('c')]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: { ...stopped, message: expect.stringContaining(message) } });
    expect(used).toHaveLength(2);
    expect(given.size).toBe(1);
  });

  test('that ends with the rows of several calls costs none of them but the one that ends it', async () => {
    const { ask } = await pool({ workersMax: 1, mixes: true });
    const settled = await Promise.allSettled(['z', 'a', 'exit', 'b', 'c'].map((text) => ask(text)));
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });

  test('whose call has further pieces takes them with it', async () => {
    const { ask } = await pool({ workersMax: 1 });
    await expect(ask(['exit', 'a', 'b'])).rejects.toMatchObject(stopped);
    expect(await ask('c')).toEqual(['c!']);
  });

  test('that cannot be replaced fails those that wait, and the next call tries again', async () => {
    const { ask } = await pool({ workersMax: 1, setups: ['serve', 'refuse', 'serve'] });
    const lost = ask('exit');
    const waiting = ask('a');
    await expect(lost).rejects.toMatchObject(stopped);
    await expect(waiting).rejects.toThrow('no model here');
    expect(await ask('b')).toEqual(['b!']);
  });

  test('that cannot be added leaves the work to those that are there', async () => {
    const { pool: given, used, ask } = await pool({ workersMax: 2, setups: ['serve', 'crash'] });
    for (let round = 0; round < 3; round++) {
      const asked = Array.from({ length: 30 }, (_, at) => ask(`${at}`));
      expect(await Promise.all(asked)).toEqual(Array.from({ length: 30 }, (_, at) => [`${at}!`]));
    }
    await given.close();
    expect(used).toEqual(['serve', 'crash']);
  });

  test.each([
    ['refuses', 'refuse', 'no model here'],
    ['dies', 'crash', 'ended before it answered'],
  ])('that %s at first is why the pool does not open', async (_, setup, message) => {
    await expect(pool({ setups: [setup] })).rejects.toThrow(message);
  });

  test('that never ends is replaced when nobody waits for it any more, and the next calls are answered', async () => {
    const { pool: given, used, ask } = await pool({ workersMax: 1 });
    const hung = ask('spin', within(30));
    const next = ask('a', within(60_000));
    await expect(hung).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(await next).toEqual(['a!']);
    expect(used).toHaveLength(2);
    expect(given.size).toBe(1);
  });
});
