import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loggedKillSwitch } from '../../online/models/kill-switch.ts';
import type { ModelRepository } from '../../online/models/model-repository.ts';
import type { Access, OnlineLog } from '../../online/ports.ts';
import { reloadOnChange } from '../../online/reload.ts';
import { runServer } from '../../online/run-server.ts';
import type { TlsOptions } from '../../online/server.ts';
import { anyWrittenSince, watchFiles } from '../../online/watch.ts';
import { isWorker, leaveSupervisor, processLink } from '../../online/workers/cluster-workers.ts';
import { linkWorker } from '../../online/workers/worker-link.ts';
import type { Model } from '../../open-model.ts';
import { isAlias, parseReference } from '../../registry/model-reference.ts';
import { systemClock } from '../../system/clock.ts';
import { onHangUp, stopOfWorker, stopSignal } from '../../system/signals.ts';
import { afterTimeout, everyInterval } from '../../system/timers.ts';
import { slipwayVersion } from '../../system/version.ts';
import type { Io } from '../io.ts';
import { surroundingsOf } from '../surroundings.ts';
import { followAlias, followRegistry } from './follow-registry.ts';
import { limitsOf } from './limit-options.ts';
import { strangeLogFields } from './log-options.ts';
import { type ModelsFolder, openModelsFolder } from './models-folder.ts';
import { readyText } from './ready-text.ts';
import { openAskedAccess } from './serve-access.ts';
import { openServedModel } from './serve-models.ts';
import { type ServeOptions, withServeOptions } from './serve-options.ts';
import { openOutputs, type ServeOutputs } from './serve-outputs.ts';
import { readTls } from './serve-tls.ts';
import { serveWithWorkers } from './serve-workers.ts';

const examples = `
Answers POST /predict and /models/NAME/predict, /models, /health/live, /health/ready, /metrics and /openapi.json. It listens on this machine alone unless
--host says otherwise. Logs go to stderr; when it is ready, one line on stdout says where. SIGTERM and SIGINT end it
when all that has reached it is answered; a second signal ends it at once.

Examples:
  slipway serve                                    the launch file of this folder, on port 8080
  slipway serve learner-risk@production            a version of the registry, and the next when the alias moves
  slipway serve a/launch.yaml b/launch.yaml        several models in one server
  slipway serve --models models                    each of its subfolders; more can be loaded while it runs
  slipway serve --workers 4                        four processes; SIGHUP replaces them one by one
  slipway serve --watch                            while you work on the launch file or the model
  slipway serve --port 0 --json                    any free port; one JSON document says which
  slipway serve --log                              keep every prediction: see slipway log --help
  slipway serve --host 0.0.0.0 --events /dev/stdout`;

export function configure(command: Command, io: Io): void {
  withServeOptions(command)
    .addHelpText('after', examples)
    .action((references: readonly string[], options: ServeOptions) =>
      serve(references.length === 0 && options.models === undefined ? ['launch.yaml'] : references, options, io),
    );
}

interface Parts extends Omit<ServeOutputs, 'close'> {
  readonly access: Access;
  readonly tls: TlsOptions | null;
  readonly models: ModelsFolder | null;
}

async function serve(references: readonly string[], options: ServeOptions, io: Io): Promise<void> {
  if (isWorker()) return serveOne(references, options, io).finally(leaveSupervisor);
  return options.workers > 1 ? serveWithWorkers(options, io) : serveOne(references, options, io);
}

async function serveOne(references: readonly string[], options: ServeOptions, io: Io): Promise<void> {
  const outputs = await openOutputs(options, io);
  const { log } = outputs;
  try {
    const tls = await readTls(options, io);
    const { access, close } = await openAskedAccess(options, io);
    try {
      const models = options.models === undefined ? null : await openModelsFolder(resolve(io.cwd, options.models));
      const all = [...references, ...((await models?.launchFiles()) ?? [])];
      await run(all, options, io, { ...outputs, access, tls, models });
    } finally {
      await close();
    }
    log.info({}, 'stopped');
  } finally {
    await outputs.close();
  }
}

function run(references: readonly string[], options: ServeOptions, io: Io, parts: Parts): Promise<void> {
  const { log, sink } = parts;
  const { engine, threads } = options;
  const link = isWorker() ? linkWorker({ ...processLink(), every: everyInterval }) : null;
  const meter = link?.merged(parts.meter) ?? parts.meter;
  const killSwitch = loggedKillSwitch(log, meter);
  const following = { log, meter, killSwitch, everyMs: options.follow, io };
  const registry = followRegistry(following);
  const workers = threads === undefined ? {} : { workers: threads };
  const opening = { engine, sink, surroundings: surroundingsOf(io), batches: meter.batches, ...workers };
  const startedMs = systemClock.wallMs();
  const changedBefore = (files: readonly string[]) => anyWrittenSince(files, startedMs);
  return runServer({
    ...options,
    ...parts,
    ...systemClock,
    listensFirst: link === null,
    meter,
    killSwitch,
    limits: limitsOf(options),
    ...(options.deadline === undefined ? {} : { deadlineMs: options.deadline }),
    corsOrigins: options.corsOrigins ?? [],
    drainDelayMs: options.drainDelay,
    drainTimeoutMs: options.drainTimeout,
    wait: (ms) => new Promise((done) => afterTimeout(ms, done)),
    slipwayVersion,
    references,
    ...(link === null ? {} : { share: link.share, prepare: (repository) => link.catchUp(repository, log) }),
    open: (reference) => openServedModel(reference, { log, watch: registry, opening }),
    parse: parseModelReference,
    referenceOf: async (name) =>
      parseReference(name) !== null ? name : ((await parts.models?.launchFile(name)) ?? null),
    follow(entry, model) {
      if (parts.isKept) for (const told of strangeLogFields(options, model.launch)) log.warn({}, told);
      if (model.version !== null) return followAlias(registry, entry, model, following);
      if (options.watch !== true) return () => {};
      return reloadOnChange({ ...entry, log, filesOf, watch, changedBefore }, model);
    },
    onReady(running) {
      const line = readyText(running, options.json === true);
      const end = link === null ? onHangUp(() => void reloadAll(running.repository, log)) : () => {};
      // Last: whoever reads it may send a signal at once.
      if (link === null) io.stdout.write(line);
      else link.ready(line);
      return end;
    },
    stop: link === null ? stopSignal() : stopOfWorker(),
  }).finally(() => registry.end());
}

function watch(files: readonly string[], onChange: () => void): () => void {
  return watchFiles({ files, onChange, after: afterTimeout });
}

/** Opens every model anew; one that cannot be opened stays as it was. */
async function reloadAll(repository: ModelRepository, log: OnlineLog): Promise<void> {
  for (const { reference, state } of repository.entries()) {
    if (state === 'unloaded') continue;
    const err = await repository.load(reference).catch((thrown: unknown) => thrown);
    if (err === undefined) log.info({ reference }, 'opened anew');
    else log.error({ err, reference }, 'the model cannot be opened anew; the one before it stays');
  }
}

/** All that a model was made of, so that a change of any is noticed. */
function filesOf({ files: { launch, artifact, golden } }: Model): readonly string[] {
  return golden === null ? [launch, artifact] : [launch, artifact, golden];
}

/** The name and the alias of a reference into the registry. */
function parseModelReference(text: string): { readonly name: string; readonly alias: string | null } | null {
  const reference = parseReference(text);
  return reference === null ? null : { name: reference.model, alias: isAlias(reference) ? reference.at : null };
}
