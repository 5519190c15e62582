import { encodeModel, hasLoop, type RunLimits, type Session } from '@slipway/core';
import { heavyModel, linearRegressorModel, wholeBinding } from '@slipway/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../system/clock.ts';
import { loopModel } from './fixtures/loop-model.ts';
import { openPooledSession, type PooledOptions } from './pooled-session.ts';

const opened: Session[] = [];
const forever = 2 ** 40;

/** Counts to the largest `x`. */
async function counting(options: Partial<PooledOptions> = {}): Promise<Session> {
  const { bytes, model } = loopModel();
  const given = { bytes, model, binding: wholeBinding(model), workers: 1, graceMs: 20 };
  const session = await openPooledSession({ ...given, ...options });
  opened.push(session);
  return session;
}

const ask = async (session: Session, x: number, limits?: RunLimits) => {
  const [lane] = await session.run({ rows: 1, columns: [Float64Array.of(x)] }, limits);
  return lane?.[0];
};
const within = (ms: number): RunLimits => ({
  deadlineMs: systemClock.monotonicMs() + ms,
  isCancelled: () => false,
  onCancel: () => {},
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()));
});

test('a model with a Loop is known', () => {
  expect(hasLoop(loopModel().model)).toBe(true);
  expect(hasLoop(linearRegressorModel())).toBe(false);
});

describe('a model that hangs for ever', () => {
  test('is answered for at the deadline, its worker is ended for good, and the pool goes on', async () => {
    const session = await counting();
    expect(await ask(session, 3)).toBe(3);
    // Twice, since a pool that loses a place each time would be empty now.
    for (let round = 0; round < 2; round++) {
      const hung = ask(session, forever, within(50));
      const waiting = ask(session, 4);
      await expect(hung).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      expect(await waiting).toBe(4);
    }
  });

  test('is given up when its caller goes', async () => {
    const session = await counting();
    const listeners: (() => void)[] = [];
    const onCancel = (listener: () => void) => listeners.push(listener);
    const limits = { deadlineMs: Number.POSITIVE_INFINITY, isCancelled: () => false, onCancel };
    const hung = ask(session, forever, limits);
    for (const listener of listeners) listener();
    await expect(hung).rejects.toMatchObject({ code: 'CALLER_GONE' });
    expect(await ask(session, 5)).toBe(5);
  });

  test('cannot hold up the end of its session, also where somebody waits without a deadline', async () => {
    const session = await counting({ closeMsMax: 50 });
    const hung = ask(session, forever);
    hung.catch(() => {});
    await session.close();
    await expect(hung).rejects.toMatchObject({ code: 'SESSION_STOPPED' });
  });

  test('cannot hold up its opening, where it hangs on what it is warmed up with', async () => {
    const probe = { rows: 1, columns: [Float64Array.of(forever)] };
    const session = await counting({ probe, warmUpMsMax: 50 });
    expect(await ask(session, 6)).toBe(6);
  });
});

test('a long run in a thread is answered for on time, and its session ends when native code lets it', async () => {
  const model = heavyModel({ steps: 20 });
  const given = { bytes: encodeModel(model), model, binding: wholeBinding(model), workers: 1, graceMs: 1 };
  const session = await openPooledSession({ ...given, closeMsMax: 50 });
  await expect(ask(session, 1, within(10))).rejects.toMatchObject({ kind: 'deadline' });
  await session.close();
});
