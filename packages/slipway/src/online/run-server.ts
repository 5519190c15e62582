import { drain } from './drain.ts';
import { type Address, listen } from './listen.ts';
import { createModelRepository, type ModelRepository, type RepositoryOptions } from './models/model-repository.ts';
import type { OnlineModel } from './ports.ts';
import { createOnlineServer, type OnlineServerOptions } from './server.ts';
import { newServerState } from './server-state.ts';

export interface RunOptions<M extends OnlineModel>
  extends RepositoryOptions<M>,
    Omit<OnlineServerOptions, 'repository' | 'state'> {
  readonly host: string;
  readonly port: number;
  /** What is to be served from the start: launch files, references into the registry. */
  readonly references: readonly string[];
  readonly drainDelayMs: number;
  readonly drainTimeoutMs: number;
  readonly wait: (ms: number) => Promise<void>;
  /** Called once, when requests are answered. May answer what is to be ended before the drain. */
  readonly onReady: (running: { readonly address: Address; readonly repository: ModelRepository }) => () => void;
  /** Resolves when the server is to end. */
  readonly stop: Promise<void>;
}

/**
 * The life of a server: it listens, opens its models, is ready, serves until it is told to stop, and drains. It listens
 * first, so that a port that is taken shows at once, and so that liveness answers while a large model opens. Raises
 * what `listen` and `open` raise.
 */
export async function runServer<M extends OnlineModel>(options: RunOptions<M>): Promise<void> {
  const { meter, log, references, stop } = options;
  const state = newServerState();
  const repository = createModelRepository(options);
  const app = createOnlineServer({ ...options, repository, state });
  const address = await listen(app, options.host, options.port);
  log.debug({ url: address.url }, 'listening');
  try {
    const opening = openAll(repository, references);
    const isOpen = await Promise.race([opening.then(() => true), stop.then(() => false)]);
    if (isOpen) {
      meter.ready(true);
      const end = options.onReady({ address, repository });
      await stop;
      end();
    } else opening.catch(() => {});
  } catch (thrown) {
    repository.close();
    await app.close();
    throw thrown;
  }
  meter.ready(false);
  const { drainDelayMs: delayMs, drainTimeoutMs: timeoutMs, wait } = options;
  await drain({ app, state, log, delayMs, timeoutMs, wait });
  repository.close();
}

/** One after the other: each may need all cores and much memory while it opens. */
async function openAll(repository: ModelRepository, references: readonly string[]): Promise<void> {
  for (const reference of references) await repository.load(reference);
}
