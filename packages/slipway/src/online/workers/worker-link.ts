import type { Every } from '../../system/timers.ts';
import type { ModelRepository } from '../models/model-repository.ts';
import { type Deed, doHere } from '../operate/deed.ts';
import type { OnlineLog, OnlineMeter } from '../ports.ts';
import { type FromSupervisor, type FromWorker, isOurs } from './messages.ts';

export interface WorkerLinkOptions {
  /** Sends to the supervisor; false where it is gone. */
  readonly send: (message: FromWorker) => boolean;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  /** What the server was told to do before this worker was started. */
  readonly deeds: readonly Deed[];
  readonly every: Every;
}

export interface WorkerLink {
  /** The meter of this worker, whose page shows all of them. */
  merged(meter: OnlineMeter): OnlineMeter;
  /** Has the other workers do what was done here; resolves when they have tried. */
  share(deed: Deed): Promise<void>;
  /** Does what the server was told to do before, and from then on what other workers are told. */
  catchUp(repository: ModelRepository, log: OnlineLog): Promise<void>;
  ready(line: string): void;
}

/** How old what the supervisor knows of a worker may be when the worker dies. */
const snapshotMs = 1000;

/** What a worker does as one of several: it tells its supervisor that it is ready, and what it has counted. */
export function linkWorker({ send, onMessage, deeds, every }: WorkerLinkOptions): WorkerLink {
  const pages = new Questions<string>();
  const shares = new Questions<void>();
  const told = new ToldDeeds(deeds, (id) => void send({ slipway: 'tried', id }));
  let tell = async (): Promise<boolean> => send({ slipway: 'metrics', metrics: [] });
  onMessage((message) => {
    if (!isOurs(message)) return;
    const said = message as FromSupervisor;
    if (said.slipway === 'tell') void tell();
    else if (said.slipway === 'page') pages.answer(said.id, said.text);
    else if (said.slipway === 'done') shares.answer(said.id);
    else told.add(said.deed, said.id);
  });

  return {
    merged(meter) {
      tell = async () => send({ slipway: 'metrics', metrics: await meter.json() });
      every(snapshotMs, () => void tell());
      const text = async () => (await pages.ask((id) => send({ slipway: 'page', id }))) ?? meter.text();
      return { ...meter, text };
    },
    share: async (deed) => {
      await shares.ask((id) => send({ slipway: 'share', id, deed }));
    },
    catchUp: (repository, log) => told.begin(repository, log),
    ready: (line) => {
      send({ slipway: 'ready', line });
    },
  };
}

/** Questions to the supervisor that wait for their answers. */
class Questions<T> {
  readonly #waiting = new Map<number, (answer: T) => void>();
  #count = 0;

  /** Null where the supervisor is gone. */
  ask(send: (id: number) => boolean): Promise<T | null> {
    const id = this.#count++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      if (send(id)) return;
      this.#waiting.delete(id);
      resolve(null);
    });
  }

  answer(id: number, answer: T): void {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }
}

/** What other workers were told to do: one after the other, and not before this one has opened its models. */
class ToldDeeds {
  readonly #tried: (id: number) => void;
  #last: Promise<void>;
  #begin: (doIt: (deed: Deed) => Promise<void>) => void = () => {};
  readonly #begun: Promise<(deed: Deed) => Promise<void>>;

  constructor(before: readonly Deed[], tried: (id: number) => void) {
    this.#tried = tried;
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
    this.#last = Promise.resolve();
    for (const deed of before) this.#queue(deed);
  }

  add(deed: Deed, id: number): void {
    this.#queue(deed).then(() => this.#tried(id));
  }

  begin(repository: ModelRepository, log: OnlineLog): Promise<void> {
    this.#begin(async (deed) => {
      const err = await doHere(repository, deed).catch((thrown: unknown) => thrown);
      if (err !== undefined) log.error({ err, deed }, 'what the server was told to do cannot be done by this worker');
    });
    return this.#last;
  }

  #queue(deed: Deed): Promise<void> {
    this.#last = this.#last.then(async () => (await this.#begun)(deed));
    return this.#last;
  }
}
