import { parentPort, workerData } from 'node:worker_threads';
import type { FeatureBatch } from '@slipway/core';
import { laneBytes, lanesOver, type TextLanes, textLanes } from './lanes.ts';
import { OrtRunner } from './ort-runner.ts';
import { closeQuestion, type PoolAnswer } from './pool-thread.ts';
import { portableError } from './portable-error.ts';
import type { SessionPlan } from './session-plan.ts';

export interface PoolSetup {
  readonly plan: SessionPlan;
  readonly threads: number;
}

/** Answers of one piece: all numbers in one buffer, as `lanesOver` lays them out. */
export interface PieceAnswer {
  readonly buffer: ArrayBuffer;
  readonly texts: TextLanes;
}

/** One worker of a pool: opens the model, says so, then runs one batch after the other. */
const { plan, threads } = workerData as PoolSetup;
const runner = await open();

async function open(): Promise<OrtRunner | null> {
  try {
    const opened = await OrtRunner.open(plan, threads);
    post({ value: null });
    return opened;
  } catch (thrown) {
    post({ error: portableError(thrown) });
    return null;
  }
}

parentPort?.on('message', async (question: FeatureBatch | typeof closeQuestion) => {
  if (question === closeQuestion) {
    await runner?.close();
    parentPort?.close();
    return;
  }
  try {
    const value = await answer(question);
    post({ value }, [value.buffer]);
  } catch (thrown) {
    post({ error: portableError(thrown) });
  }
});

async function answer(batch: FeatureBatch): Promise<PieceAnswer> {
  const buffer = new ArrayBuffer(laneBytes(plan.outputs, batch.rows));
  const targets = lanesOver(plan.outputs, batch.rows, buffer);
  await runner?.run(batch, targets);
  return { buffer, texts: textLanes(targets) };
}

function post(answer: PoolAnswer, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(answer, transfer);
}
