import { drain } from './drain.ts';
import { type Address, listen } from './listen.ts';
import { createModelSlot, type ModelSlot } from './model-slot.ts';
import type { OnlineLog, OnlineMeter, OnlineModel } from './ports.ts';
import { createOnlineServer } from './server.ts';
import { newServerState } from './server-state.ts';

export interface RunOptions<M extends OnlineModel> {
  readonly host: string;
  readonly port: number;
  readonly drainDelayMs: number;
  readonly drainTimeoutMs: number;
  readonly meter: OnlineMeter;
  readonly log: OnlineLog;
  readonly monotonicMs: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly slipwayVersion: string;
  readonly open: () => Promise<M>;
  /** Called once, when requests are answered. May answer what is to be ended before the drain. */
  readonly onReady: (running: { readonly address: Address; readonly model: M; readonly slot: ModelSlot }) => () => void;
  /** Resolves when the server is to end. */
  readonly stop: Promise<void>;
}

/**
 * The life of a server: it listens, opens its model, is ready, serves until it is told to stop, and drains. It listens
 * first, so that a port that is taken shows at once, and so that liveness answers while a large model opens. Raises
 * what `listen` and `open` raise.
 */
export async function runServer<M extends OnlineModel>(options: RunOptions<M>): Promise<void> {
  const { meter, log, open, stop } = options;
  const state = newServerState();
  const slot = createModelSlot({ meter, log });
  const app = createOnlineServer({ ...options, slot, state });
  const address = await listen(app, options.host, options.port);
  log.debug({ url: address.url }, 'listening');
  try {
    const opening = open();
    const model = await Promise.race([opening, stop.then(() => null)]);
    if (model === null) closeWhenOpen(opening);
    else {
      slot.put(model);
      meter.ready(true);
      const end = options.onReady({ address, model, slot });
      await stop;
      end();
    }
  } catch (thrown) {
    await app.close();
    throw thrown;
  }
  meter.ready(false);
  const { drainDelayMs: delayMs, drainTimeoutMs: timeoutMs, wait } = options;
  await drain({ app, state, log, delayMs, timeoutMs, wait });
  slot.clear();
}

/** Nobody waits for a model that opens after the end, so what becomes of it is not told either. */
function closeWhenOpen(opening: Promise<OnlineModel>): void {
  opening.then((late) => late.close()).catch(() => {});
}
