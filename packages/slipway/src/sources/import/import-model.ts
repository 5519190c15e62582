import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fail } from '@slipway/core';
import { openTable, type TrainingTable } from '../table/open-table.ts';
import { launchFiles } from '../training/draft-launch.ts';
import { refuseExisting, replaceFiles } from '../training/replace-files.ts';
import type { OpenTrainedModel, ServingEngine } from '../training/trained-model.ts';
import { checkWords } from './check-words.ts';
import type { ImportWords } from './draft-import.ts';
import { exportWithPython, type PythonOptions } from './export-with-python.ts';
import { type ModelFile, readModelFile, understandModel } from './read-model-file.ts';
import { readSample } from './sample.ts';
import { writeLaunchFolder } from './write-launch-folder.ts';

export interface ImportOptions {
  readonly file: string;
  /** Folder for the files; made when it is not there. */
  readonly out: string;
  /** A CSV file with rows of the features. */
  readonly data: string | null;
  readonly words: ImportWords;
  /** Sizes of a row of an ONNX input, by its name, where the file leaves them open. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** Whether a pickle may be loaded, which runs the code in it. */
  readonly trust: boolean;
  readonly python: PythonOptions;
  /** Whether files that are already there may be replaced. */
  readonly force: boolean;
  readonly openModel: OpenTrainedModel;
}

/** What an import did, for people and scripts. */
export interface ImportReport {
  readonly model: string;
  readonly version: string;
  readonly out: string;
  readonly files: readonly string[];
  /** `XGBoost 3.2.0` and the like. */
  readonly source: string;
  /** Features of the contract; null where the Python package wrote it. */
  readonly features: number | null;
  readonly sample: { readonly path: string; readonly rows: number | null } | null;
  readonly goldenRows: number | null;
  readonly notes: readonly string[];
  readonly engine: ServingEngine;
}

/**
 * Brings a model file in: writes artifact, launch file, golden rows and, with a sample, the reference, and proves the
 * engine that serves. Raises MODEL_FILE_*, ARTIFACT_*, SAMPLE_MISMATCH, INPUT_*, FILE_EXISTS, PYTHON_UNAVAILABLE and
 * EXPORT_FAILED; a run that fails leaves the folder as it was.
 */
export async function importModel(options: ImportOptions): Promise<ImportReport> {
  const { file, out, data, words, force } = options;
  checkWords(words);
  const written = [launchFiles.artifact, launchFiles.launch, launchFiles.golden, launchFiles.reference];
  const inTheWay = [file, data].find(
    (path) => path !== null && written.some((name) => resolve(out, name) === resolve(path)),
  );
  if (inTheWay !== undefined) {
    const message = 'The file stands where a file of the launch would go.';
    throw fail('FILE_EXISTS', { message, where: inTheWay ?? file, hint: 'Choose another folder with --out.' });
  }
  const read = await readModelFile(file);
  if (!force) await refuseExisting(out, written);
  if (read.format === 'pickle') return importPickle(read, options);
  const table = data === null ? null : await openTable(data);
  try {
    return await importFile(read, table, options);
  } finally {
    table?.close();
  }
}

async function importFile(read: ModelFile, table: TrainingTable | null, options: ImportOptions): Promise<ImportReport> {
  const { out, words, openModel } = options;
  const hints = { names: table?.columns.map(({ name }) => name) ?? null, shapes: options.shapes ?? {} };
  const isXgboost = read.format === 'xgboost-json' || read.format === 'xgboost-ubjson';
  const seen = table === null || !isXgboost ? new Map() : await seenTexts(table);
  const model = understandModel(read, hints, seen);
  const sample = table === null ? null : await readSample(table, model.features);
  let made: Awaited<ReturnType<typeof writeLaunchFolder>> | undefined;
  const files = await replaceFiles(out, launchFiles.launch, async (folder) => {
    made = await writeLaunchFolder({ folder, model, sample, words, openModel });
  });
  if (made === undefined) throw new Error('the folder was written without an engine');
  return {
    ...{ model: words.model, version: words.version, out, files, source: model.source },
    features: model.features.length,
    sample: sample === null ? null : { path: sample.path, rows: sample.rows },
    goldenRows: made.goldenRows,
    notes: [...model.notes, ...made.notes],
    engine: made.engine,
  };
}

/** The texts of each column that holds texts. */
async function seenTexts(table: TrainingTable): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  const seen = new Map<string, ReadonlySet<string>>();
  for (const { name, kind } of table.columns) {
    if (kind !== 'text') continue;
    const texts = await table.texts([name], rows);
    seen.set(name, new Set(texts.flatMap(([text]) => (text == null || text === '' ? [] : [text]))));
  }
  return seen;
}

/** The package writes the files; what they hold is opened and proved here as for any other model. */
async function importPickle(read: ModelFile, options: ImportOptions): Promise<ImportReport> {
  const { out, data, words, trust, python, openModel } = options;
  if (!trust) throw untrusted(read.path);
  if (data === null) {
    const message = 'A pickled model does not tell what its features are.';
    throw fail('USAGE', {
      message,
      where: '--data',
      hint: 'Give a CSV file with rows of its features: --data sample.csv',
    });
  }
  await access(data).catch((cause: unknown) => {
    throw fail('INPUT_NOT_FOUND', { message: 'There is no file at this path.', where: data, cause });
  });
  let engine: ServingEngine | undefined;
  let notes: readonly string[] = [];
  const files = await replaceFiles(out, launchFiles.launch, async (folder) => {
    ({ notes } = await exportWithPython({ file: read.path, data, out: folder, words, python }));
    const opened = await openModel(resolve(folder, launchFiles.launch), { engine: 'auto' });
    engine = opened.engine;
    await opened.close();
  });
  if (engine === undefined) throw new Error('the folder was written without an engine');
  return {
    ...{ model: words.model, version: words.version, out, files, source: 'Python pickle' },
    ...{ features: null, sample: { path: data, rows: null }, goldenRows: null, notes, engine },
  };
}

function untrusted(path: string): Error {
  return fail('MODEL_FILE_UNTRUSTED', {
    message: 'The file is a Python pickle, such as joblib writes: loading it runs whatever code stands in it.',
    where: path,
    hint:
      'If you know who made the file, pass --trust. Else save the model in its own format: XGBoost ' +
      'booster.save_model("model.ubj"), LightGBM booster.save_model("model.txt"), scikit-learn slipway_export.export(...).',
  });
}
