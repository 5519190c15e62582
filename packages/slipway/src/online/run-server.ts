import { drain } from './drain.ts';
import type { GrpcServer } from './grpc/server.ts';
import { type Address, listen } from './listen.ts';
import { createModelRepository, type ModelRepository, type RepositoryOptions } from './models/model-repository.ts';
import { isReady } from './models/model-states.ts';
import type { OnlineModel } from './ports.ts';
import { createOnlineServer, type OnlineServerOptions, onlineContext } from './server.ts';
import { newServerState } from './server-state.ts';

export interface RunOptions<M extends OnlineModel>
  extends RepositoryOptions<M>,
    Omit<OnlineServerOptions, 'repository' | 'state'> {
  readonly host: string;
  readonly port: number;
  /** Where calls of gRPC are answered; nowhere where it is absent. */
  readonly grpcPort?: number;
  /** What is to be served from the start: launch files, references into the registry. */
  readonly references: readonly string[];
  /**
   * Whether it listens before its models are open, so that liveness answers meanwhile. One of several workers must not:
   * it would be dealt requests that the others could answer.
   */
  readonly listensFirst: boolean;
  /** Called when they are open, before a worker listens. */
  readonly prepare?: (repository: ModelRepository) => Promise<void>;
  readonly drainDelayMs: number;
  readonly drainTimeoutMs: number;
  readonly wait: (ms: number) => Promise<void>;
  /** Called once, when requests are answered. May answer what is to be ended before the drain. */
  readonly onReady: (running: Running) => () => void;
  /** Resolves when the server is to end. */
  readonly stop: Promise<void>;
}

export interface Running {
  readonly address: Address;
  /** Where calls of gRPC are answered; null where nowhere. */
  readonly grpc: Address | null;
  readonly repository: ModelRepository;
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
  const serving = { ...options, repository, state };
  meter.ready(() => isReady(repository, state));
  const app = createOnlineServer(serving);
  let grpc: GrpcServer | null = null;
  const beginListening = async () => {
    const address = await listen(app, options.host, options.port);
    log.debug({ url: address.url }, 'listening');
    grpc = await openGrpc(serving);
    return { address, grpc: grpc?.address ?? null };
  };
  try {
    const first = options.listensFirst ? await beginListening() : null;
    const opening = openAll(repository, references).then(() => options.prepare?.(repository));
    const isOpen = await Promise.race([opening.then(() => true), stop.then(() => false)]);
    if (isOpen) {
      const addresses = first ?? (await beginListening());
      const end = options.onReady({ ...addresses, repository });
      await stop;
      end();
    } else opening.catch(() => {});
  } catch (thrown) {
    repository.close();
    (grpc as GrpcServer | null)?.cut();
    await app.close();
    throw thrown;
  }
  const { drainDelayMs: delayMs, drainTimeoutMs: timeoutMs, wait } = options;
  const grpcEnd = (grpc as GrpcServer | null)?.end({ delayMs, timeoutMs, wait });
  await drain({ app, state, log, delayMs, timeoutMs, wait });
  await grpcEnd;
  repository.close();
}

/** Loaded only where it is asked for: it is larger than the rest of the server. */
async function openGrpc(serving: OnlineServerOptions & Pick<RunOptions<OnlineModel>, 'host' | 'grpcPort'>) {
  const { host, grpcPort } = serving;
  if (grpcPort === undefined) return null;
  const { openGrpcServer } = await import('./grpc/server.ts');
  return openGrpcServer(onlineContext(serving), host, grpcPort);
}

/** One after the other: each may need all cores and much memory while it opens. */
async function openAll(repository: ModelRepository, references: readonly string[]): Promise<void> {
  repository.declare(references);
  for (const reference of references) await repository.load(reference);
}
