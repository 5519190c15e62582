import { afterEach, describe, expect, test } from 'vitest';
import { PoolThread } from './pool-thread.ts';
import { type Job, WorkerPool } from './worker-pool.ts';

const worker = new URL('./fixtures/pooled-worker.ts', import.meta.url);
const opened: WorkerPool[] = [];

/** A pool whose workers are set up one after the other as `setups` says, and the setups that were used. */
async function pool({ setups = [] as string[], workersMax = 2, waitingMax = 100 } = {}) {
  const used: string[] = [];
  const open = () => {
    const setup = setups[used.length] ?? 'serve';
    used.push(setup);
    return PoolThread.open({ worker, setup });
  };
  const made = await WorkerPool.open({ workersMax, waitingMax, open });
  opened.push(made);
  return { pool: made, used };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((made) => made.close()));
});

/** A job of some questions, each a piece; answers with all their answers. */
function ask(given: WorkerPool, ...questions: string[]): Promise<unknown[]> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown[]>();
  const answers: unknown[] = [];
  let next = 0;
  const job: Job = {
    get isHandedOut() {
      return next >= questions.length;
    },
    next() {
      const at = next++;
      const answered = (value: unknown) => {
        answers[at] = value;
        if (Object.keys(answers).length === questions.length) resolve(answers);
      };
      return { question: questions[at], transfer: [], answered };
    },
    fail(thrown) {
      next = questions.length;
      reject(thrown);
    },
  };
  given.submit(job);
  return promise;
}

const stopped = { code: 'SESSION_STOPPED' };

describe('a pool of workers', () => {
  test('answers jobs of one piece and of many', async () => {
    const { pool: given } = await pool();
    expect(await Promise.all([ask(given, 'a'), ask(given, 'b', 'c', 'd'), ask(given, 'e')])).toEqual([
      ['a!'],
      ['b!', 'c!', 'd!'],
      ['e!'],
    ]);
  });

  test('opens a further worker only when work waits', async () => {
    const { pool: given, used } = await pool({ workersMax: 3 });
    await ask(given, 'a');
    await ask(given, 'b');
    expect(used).toHaveLength(1);
    await Promise.all(Array.from({ length: 20 }, () => ask(given, 'c')));
    await given.close();
    expect(used.length).toBeGreaterThan(1);
    expect(used.length).toBeLessThanOrEqual(3);
  });

  test('refuses a job when as many wait as may', async () => {
    const { pool: given } = await pool({ workersMax: 1, waitingMax: 2 });
    const asked = [ask(given, 'a'), ask(given, 'b'), ask(given, 'c')];
    expect(() => ask(given, 'd')).toThrow(expect.objectContaining({ code: 'SESSION_BUSY' }));
    expect(await Promise.all(asked)).toEqual([['a!'], ['b!'], ['c!']]);
  });
});

describe('a worker', () => {
  test('that is asked to fail answers the next question', async () => {
    const { pool: given, used } = await pool({ workersMax: 1 });
    await expect(ask(given, 'fail')).rejects.toThrow('asked to fail');
    expect(await ask(given, 'a')).toEqual(['a!']);
    expect(used).toHaveLength(1);
  });

  test.each([
    ['ends', 'exit', 'ended before it answered'],
    ['throws outside of any answer', 'throw', 'thrown outside of any answer'],
  ])('that %s costs its own job, and is replaced for those that wait', async (_, question, message) => {
    const { pool: given, used } = await pool({ workersMax: 1 });
    const settled = await Promise.allSettled([ask(given, 'a'), ask(given, question), ask(given, 'b'), ask(given, 'c')]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: { ...stopped, message: expect.stringContaining(message) } });
    expect(used).toHaveLength(2);
    expect(given.size).toBe(1);
  });

  test('whose job has further pieces takes them with it', async () => {
    const { pool: given } = await pool({ workersMax: 1 });
    await expect(ask(given, 'exit', 'a', 'b')).rejects.toMatchObject(stopped);
    expect(await ask(given, 'c')).toEqual(['c!']);
  });

  test('that cannot be replaced fails those that wait, and the next job tries again', async () => {
    const { pool: given } = await pool({ workersMax: 1, setups: ['serve', 'refuse', 'serve'] });
    const lost = ask(given, 'exit');
    const waiting = ask(given, 'a');
    await expect(lost).rejects.toMatchObject(stopped);
    await expect(waiting).rejects.toThrow('no model here');
    expect(await ask(given, 'b')).toEqual(['b!']);
  });

  test('that cannot be added leaves the work to those that are there', async () => {
    const { pool: given, used } = await pool({ workersMax: 2, setups: ['serve', 'crash'] });
    for (let round = 0; round < 3; round++) {
      const asked = Array.from({ length: 30 }, (_, at) => ask(given, `${at}`));
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
});
