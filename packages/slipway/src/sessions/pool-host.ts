import type { FeatureBatch } from '@slipway/core';
import { closeQuestion, type PoolAnswer, PoolThread } from './pool-thread.ts';
import type { PoolSetup } from './pool-worker.ts';
import { portableError } from './portable-error.ts';
import { workerFile } from './worker-file.ts';

/** What a process is asked: first to open a model, then to run batches, at last to end. */
export type HostQuestion = PoolSetup | FeatureBatch | typeof closeQuestion;

/**
 * The process of a `PoolProcess`. The model runs in a thread of it, so that this thread hears when the program that
 * started it is gone, also within a run that never ends: then the whole process is.
 */
let thread: PoolThread | null = null;

process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', async (question: HostQuestion) => {
  if (question === closeQuestion) {
    await thread?.close();
    process.kill(process.pid, 'SIGKILL');
  }
  try {
    if (thread === null) {
      thread = await PoolThread.open({ worker: workerFile('pool-worker'), setup: question as PoolSetup });
      send({ value: null });
    } else send({ value: await thread.ask(question, []) });
  } catch (thrown) {
    send({ error: portableError(thrown) });
  }
});

function send(answer: PoolAnswer): void {
  process.send?.(answer);
}
