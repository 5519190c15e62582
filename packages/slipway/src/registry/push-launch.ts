import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { diffLaunch, fail, isSlipwayError, type Launch, parseLaunch, parseReference } from '@slipway/core';
import { proofText } from '../artifact/proof-file.ts';
import { digestOf } from '../artifact/read-artifact.ts';
import { referenceFault } from '../gate/reference-fault.ts';
import { type Model, openModel } from '../open-model.ts';
import { systemClock } from '../system/clock.ts';
import { batchMsMax } from './collect-artifacts.ts';
import type { Surroundings } from './place.ts';
import type { ArtifactStore, Registry } from './ports.ts';
import type { Change, Version, VersionFiles } from './types.ts';
import { demandPresent } from './version-files.ts';

/** Of files that are gone again before the version names them. */
const putsMax = 5;
const lookMs = 50;

export interface PushRequest {
  /** Path of the launch file. */
  readonly path: string;
  readonly surroundings: Surroundings;
  readonly registry: Registry;
  readonly store: ArtifactStore;
  readonly change: Change;
  /** How long a collection of its files may be under way, before it is taken for left by its process. */
  readonly patienceMs?: number;
}

export interface Pushed {
  readonly version: Version;
  /** Whether it was there before, with the same files. */
  readonly isKnown: boolean;
  readonly launch: Launch;
  readonly engine: Model['engine'];
  /** What was put into the store, by the name of the file in the version. */
  readonly bytes: Readonly<Partial<Record<keyof VersionFiles, number>>>;
}

/**
 * Adds the model of a launch file to the registry. The model is opened as it would be to serve it, which checks artifact,
 * contract and golden rows and proves the compiled engine; then its files are put into the store, and last the version
 * names them: whatever stops this on its way leaves no version. Raises what `openModel` raises, REFERENCE_INVALID,
 * STORE_UNAVAILABLE, VERSION_EXISTS.
 */
export async function pushLaunch(request: PushRequest): Promise<Pushed> {
  const { path, surroundings, registry, store, change, patienceMs = 2 * batchMsMax } = request;
  const model = await openModel(path, { surroundings, workers: 0 });
  try {
    const { launch, engine, version: opened } = model;
    if (opened !== null) throw alreadyThere(path);
    const contents = await contentsOf(model);
    const files = digestsOf(contents);
    const known = (await registry.versions(launch.model)).find(({ version }) => version === launch.version);
    // Other files under the same number are refused before any of them is uploaded; the same ones mend a store that lost some.
    const others = known === undefined ? [] : filesThatDiffer(known, files);
    const naming = { registry, store, launch, files, change, patienceMs };
    const version = await (others.length === 0 ? putAndName(naming, contents) : name(naming)).catch(
      async (thrown: unknown) => {
        throw others.includes('launch') && known !== undefined
          ? await withFields(thrown, launch, known, store)
          : thrown;
      },
    );
    const isKnown = known !== undefined;
    const bytes = Object.fromEntries(
      Object.entries(contents).flatMap(([name, content]) => (content === null ? [] : [[name, content.length]])),
    );
    return { version, isKnown, launch, engine, bytes };
  } finally {
    await model.close();
  }
}

interface Naming extends Pick<PushRequest, 'registry' | 'store' | 'change'> {
  readonly launch: Launch;
  readonly files: VersionFiles;
  readonly patienceMs: number;
}

/** A collection beside a push may take what a put found there, until the version names it: then it is put again. */
async function putAndName(naming: Naming, contents: Contents): Promise<Version> {
  for (let attempt = 1; ; attempt++) {
    for (const content of Object.values(contents)) if (content !== null) await naming.store.put(content);
    try {
      return await name(naming);
    } catch (thrown) {
      const isTaken = isSlipwayError(thrown) && thrown.code === 'ARTIFACT_NOT_FOUND';
      if (!isTaken || attempt === putsMax) throw thrown;
      const { collection } = (thrown.details ?? {}) as { readonly collection?: unknown };
      if (typeof collection === 'number') await outlast(collection, naming);
    }
  }
}

/**
 * Waits until a collection has ended. One that was left by its process never does, and is ended here: it removes nothing
 * any more, since it had half of this time alone.
 */
async function outlast(collection: number, { registry, change, patienceMs }: Naming): Promise<void> {
  const startMs = systemClock.monotonicMs();
  while (await registry.isCollecting(collection)) {
    if (systemClock.monotonicMs() - startMs >= patienceMs) {
      const why = 'A push needs the files, and nobody ended their collection.';
      return registry.endCollection(collection, [], { by: change.by, why });
    }
    await wait(lookMs);
  }
}

function name({ registry, store, launch, files, change }: Naming): Promise<Version> {
  const { model, version } = launch;
  return registry.push(model, version, files, change, async (named) => {
    await demandPresent({ model, version, ...named }, store);
    // This push has put its own files, and so knows what lies there; not so the proof of an earlier one.
    if (named.proof !== null && named.proof !== files.proof) await store.verify(named.proof);
  });
}

type Contents = Readonly<Record<keyof VersionFiles, Uint8Array | null>> & {
  readonly artifact: Uint8Array;
  readonly launch: Uint8Array;
};

/** The bytes of all files, as they were checked: one that changed meanwhile is refused. */
async function contentsOf({ files, artifact, engine, launch, launchDigest }: Model): Promise<Contents> {
  const launchBytes = await readFile(files.launch);
  if (digestOf(launchBytes) !== launchDigest) {
    throw fail('REGISTRY_CONFLICT', { message: 'The launch file changed while it was read.', where: files.launch });
  }
  return {
    artifact: artifact.bytes,
    launch: launchBytes,
    reference: files.reference === null ? null : await readReference(files.reference, launch),
    golden: files.golden === null ? null : await readFile(files.golden),
    proof: engine.proof === null ? null : Buffer.from(proofText(engine.proof)),
  };
}

async function readReference(path: string, launch: Launch): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw fail('REFERENCE_INVALID', {
      message: 'The launch file names a reference that is not there.',
      where: path,
      hint: 'Put the file there, or take `reference` out of `monitoring`.',
      cause,
    });
  });
  const fault = referenceFault(launch, parseReference(bytes.toString('utf8'), path));
  if (fault !== null) throw fail('REFERENCE_INVALID', { message: fault, where: path });
  return bytes;
}

function digestsOf({ artifact, launch, reference, golden, proof }: Contents): VersionFiles {
  const digestOrNull = (bytes: Uint8Array | null) => (bytes === null ? null : digestOf(bytes));
  return {
    artifact: digestOf(artifact),
    launch: digestOf(launch),
    reference: digestOrNull(reference),
    golden: digestOrNull(golden),
    proof: digestOrNull(proof),
  };
}

/** The proof is Slipway's own, and is not compared. */
function filesThatDiffer(known: VersionFiles, files: VersionFiles): readonly string[] {
  return (['artifact', 'launch', 'reference', 'golden'] as const).filter((name) => known[name] !== files[name]);
}

/** VERSION_EXISTS with the fields of the launch file that differ, where the store can still say what they were. */
async function withFields(thrown: unknown, launch: Launch, known: Version, store: ArtifactStore): Promise<unknown> {
  if (!isSlipwayError(thrown) || thrown.code !== 'VERSION_EXISTS') return thrown;
  const before = await store.get(known.launch).then(
    (bytes) => parseLaunch(Buffer.from(bytes).toString('utf8'), `${known.model}@${known.version}`),
    () => null,
  );
  if (before === null) return thrown;
  const fields = diffLaunch(before, launch).map(({ field }) => field);
  const most = fields.slice(0, 5).join(', ') + (fields.length > 5 ? `, and ${fields.length - 5} more` : '');
  const what = fields.length === 0 ? 'The launch file differs in its text alone' : `The launch file differs in ${most}`;
  const { code, message, where, hint, details } = thrown;
  return fail(code, { message: `${message} ${what}.`, where, hint, details, cause: thrown });
}

function alreadyThere(path: string) {
  return fail('USAGE', {
    message: `${path} is in the registry already.`,
    hint: 'Push a launch file; `slipway promote` moves an alias to a version.',
  });
}
