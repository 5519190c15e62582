import { receiveMessageOnPort } from 'node:worker_threads';
import { portableError } from './portable-error.ts';
import { type Answer, type LinkData, turn } from './thread-link.ts';

/**
 * The worker's side of a `ThreadLink`: sets up, says that it is ready, then answers one question after the other. The
 * thread sleeps in between. Returns only where it could not open.
 */
export async function answerQuestions<T, Q>(
  { link: { port, state }, setup }: LinkData<T>,
  open: (setup: T) => Promise<(question: Q) => Promise<unknown>>,
): Promise<void> {
  const give = (answer: Answer): void => {
    port.postMessage(answer);
    Atomics.store(state, 0, turn.asker);
    Atomics.notify(state, 0);
  };
  // Most ways to die pass here; for the others the asking thread looks at this thread's clock.
  process.once('exit', () => {
    Atomics.store(state, 0, turn.gone);
    Atomics.notify(state, 0);
  });
  const answer = await open(setup).catch((thrown: unknown) => {
    give({ error: portableError(thrown) });
    return null;
  });
  if (answer === null) return;
  give({ value: null });
  for (;;) {
    Atomics.wait(state, 0, turn.asker);
    const received = receiveMessageOnPort(port) as { message: Q } | undefined;
    if (received === undefined) continue;
    give(await attempt(() => answer(received.message)));
  }
}

async function attempt(run: () => Promise<unknown>): Promise<Answer> {
  try {
    return { value: await run() };
  } catch (thrown) {
    return { error: portableError(thrown) };
  }
}
