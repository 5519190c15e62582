import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  asSlipwayError,
  type BatchMeter,
  type Binding,
  bindContract,
  type ColumnPredictions,
  type Columns,
  createPredictor,
  type EventSink,
  fail,
  goldenDifferences,
  type Launch,
  type MaybePromise,
  type Prediction,
  type Predictor,
  parseGolden,
  parseLaunch,
  type Refusal,
  type SlipwayError,
  withTypeBounds,
} from '@slipway/core';
import type { ModelFiles } from './artifact/model-files.ts';
import { type Artifact, digestOf, readArtifact } from './artifact/read-artifact.ts';
import { type Engine, type EngineChoice, openEngine } from './compose.ts';
import { findModel } from './find-model.ts';
import type { LastKnown } from './registry/last-known.ts';
import { processSurroundings, type Surroundings } from './registry/place.ts';
import type { Version } from './registry/types.ts';
import { systemClock } from './system/clock.ts';
import { nextTurn } from './system/next-turn.ts';
import { predictionIds } from './system/prediction-id.ts';

export interface OpenModelOptions {
  /** Which engine serves: `auto` compiles what can be compiled and proved, and leaves the rest to ONNX Runtime. */
  readonly engine?: EngineChoice;
  /** Where each prediction's event goes; nowhere by default. */
  readonly sink?: EventSink | null;
  /** What answers where the launch file's fallback is another version; null as long as there is none. */
  readonly otherVersion?: () => Predictor | null;
  /**
   * Worker threads that run the model where ONNX Runtime serves, each with the model loaded for itself: one a core, at
   * most four, by default. 0 runs it in the calling thread: a prediction of a small model then costs 15 us in place of
   * 90, and a large one holds up all else.
   */
  readonly workers?: number;
  /** Threads of ONNX Runtime in each worker; 1 by default, since more change the order of float32 sums. */
  readonly threads?: number;
  /** Makes what is told of runs and waits of a version, where ONNX Runtime serves. */
  readonly batches?: (model: string, version: string) => BatchMeter;
  /** Answer without promises even where ONNX Runtime serves: for callers that cannot wait, like a SQL function. */
  readonly synchronous?: boolean;
  /**
   * The folder that paths are relative to, and the variables; by default those of the process. Which registry, they say
   * as they do for a command, together with slipway.config.yaml and secret files.
   */
  readonly surroundings?: Surroundings;
  /**
   * Told, in a sentence, that the registry does not answer and that the version which it last named is used; a warning
   * of the process by default.
   */
  readonly onWarning?: (warning: string) => void;
}

/** A model that is open: its launch file, its artifact, the engine that serves it, and the ways to predict. */
export interface Model {
  /** As it is written, with the bounds of the model's integer types where it has none. */
  readonly launch: Launch;
  readonly launchPath: string;
  /** Where all that it was made of lies. */
  readonly files: ModelFiles;
  /** The version, where it comes from the registry. */
  readonly version: Version | null;
  /** Null, but where the registry did not answer and its last word was taken: when that was, and what is wrong. */
  readonly lastKnown: LastKnown | null;
  /** Digest of the launch file's bytes. */
  readonly launchDigest: string;
  readonly artifact: Artifact;
  readonly engine: Engine;
  readonly predictor: Predictor;
  /** One record. A plain value where the engine is compiled, a promise where ONNX Runtime serves: await either. */
  predict(record: unknown): MaybePromise<Prediction>;
  /** Many records, each answered in its place. */
  predictMany(records: readonly unknown[]): MaybePromise<readonly (Prediction | Refusal)[]>;
  /** Typed columns, without an object a row. */
  columns(columns: Columns): MaybePromise<ColumnPredictions>;
  close(): Promise<void>;
}

/**
 * Opens the model that a launch file names, or that `NAME@VERSION` or `NAME@ALIAS` leads to in the registry: reads and
 * checks the file, the artifact against its digest, the contract against the artifact, chooses the engine, and compares
 * the golden rows. While the registry does not answer, the version that it last named on this machine is opened, if its
 * files are here; `lastKnown` and `onWarning` tell. Raises what each of these steps raises.
 */
export async function openModel(path = 'launch.yaml', options: OpenModelOptions = {}): Promise<Model> {
  const found = await findModel(path, options.surroundings ?? processSurroundings(), { orLastKnown: true });
  const { name, launchPath, version, lastKnown } = found;
  if (lastKnown !== null) (options.onWarning ?? warnProcess)(lastKnownText(path, name, lastKnown));
  const { launch: written, digest } = await readLaunch(launchPath, name);
  const files = found.files(written);
  const artifact = await readArtifact(files.artifact, version?.artifact ?? written.digest);
  await nextTurn();
  const binding = bindAt(name, written, artifact);
  const launch = { ...written, input: withTypeBounds(written.input, binding) };
  const engine = await openEngine({
    launch,
    artifact,
    proofFiles: files.proof,
    binding,
    engine: options.engine ?? 'auto',
    threads: options.threads ?? 1,
    workers: options.workers ?? null,
    synchronous: options.synchronous ?? false,
    meter: options.batches?.(launch.model, launch.version) ?? null,
  });
  const predictor = createPredictor({
    launch,
    session: engine.session,
    clock: systemClock,
    newId: predictionIds(systemClock.wallMs),
    sink: options.sink ?? null,
    ...(options.otherVersion === undefined ? {} : { otherVersion: options.otherVersion }),
  });
  await checkGoldenRows(files.golden, launch, engine).catch(async (thrown: unknown) => {
    await engine.session.close();
    throw thrown;
  });
  return {
    launch,
    launchPath,
    files,
    version,
    lastKnown,
    launchDigest: digest,
    artifact,
    engine,
    predictor,
    predict: (record) => predictor.predict(record),
    predictMany: (records) => predictor.predictMany(records),
    columns: (columns) => predictor.columns(columns),
    close: () => engine.session.close(),
  };
}

function lastKnownText(path: string, name: string, { at, error }: LastKnown): string {
  return `The registry does not answer: ${error.message} Taking ${name}, to which ${path} led at ${at}; it may have moved since.`;
}

function warnProcess(warning: string): void {
  process.emitWarning(warning, { code: 'SLIPWAY_REGISTRY_UNAVAILABLE' });
}

/** Binds the contract, and says in which file a field stands that does not fit. */
function bindAt(path: string, launch: Launch, artifact: Artifact): Binding {
  try {
    return bindContract(launch.input, launch.output, artifact.signature);
  } catch (thrown) {
    const { code, message, where, hint } = asSlipwayError(thrown);
    throw fail(code, { message, where: `${path}: ${where}`, hint, cause: thrown });
  }
}

/**
 * Reads a launch file, which messages call `name`. Raises LAUNCH_NOT_FOUND, LAUNCH_SYNTAX for an artifact in its place,
 * and what `parseLaunch` raises.
 */
export async function readLaunch(
  path: string,
  name = path,
): Promise<{ readonly launch: Launch; readonly digest: string }> {
  // Before it is read: an artifact may be larger than any text.
  if (path.toLowerCase().endsWith('.onnx')) throw artifactForLaunch(name);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw fail('LAUNCH_NOT_FOUND', { message: unreadable(cause), where: name, hint: hintFor(name, cause), cause });
  });
  // No text has this character, and a model by another name has it nearly everywhere.
  if (text.includes('\0')) throw artifactForLaunch(name);
  return { launch: parseLaunch(text, name), digest: digestOf(text) };
}

function artifactForLaunch(path: string): SlipwayError {
  return fail('LAUNCH_SYNTAX', {
    message: 'This is an artifact, not a launch file.',
    where: path,
    hint: 'Give the launch.yaml that names it. `slipway inspect` shows what is in an .onnx file alone.',
  });
}

function unreadable({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'There is no launch file at this path.';
  return code === 'EISDIR' ? 'The path is a folder, not a launch file.' : `The launch file cannot be read: ${message}.`;
}

/** A bare name may be meant as that of a model in the registry. */
function hintFor(name: string, { code }: NodeJS.ErrnoException): string | undefined {
  const last = basename(name);
  if (code !== 'ENOENT' || last.includes('.')) return undefined;
  return `Give the path of a launch.yaml; or, for a model of the registry, ${last}@production or ${last}@VERSION.`;
}

/** Golden rows are checked by a predictor of their own, so that they make no events and no fallback answers for the model. */
async function checkGoldenRows(path: string | null, launch: Launch, engine: Engine): Promise<void> {
  if (path === null) return;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fail('LAUNCH_INVALID', { message: 'The golden rows are not there.', where: path, cause });
  });
  const newId = () => '';
  const plain = { ...launch, fallback: null };
  const quiet = createPredictor({ launch: plain, session: engine.session, clock: systemClock, newId, sink: null });
  const differences = await goldenDifferences(quiet, parseGolden(text, path));
  if (differences.length === 0) return;
  const rest = differences.length > 1 ? ` (and ${differences.length - 1} more)` : '';
  throw fail('PROOF_FAILED', {
    message: `The model does not give the outputs of its golden rows: ${differences[0]}${rest}.`,
    where: path,
    hint: 'The artifact, the contract or the golden rows have changed: train or export them together again.',
  });
}
