import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fail, writeGolden, writeLaunch, writeReference } from '@slipway/core';
import { digestOf } from '../../artifact/read-artifact.ts';
import { type ClassificationMetrics, classificationMetrics } from '../metrics/classification-metrics.ts';
import { uselessnessOf } from '../metrics/usefulness.ts';
import { type ChosenColumns, chooseColumns } from '../table/choose-columns.ts';
import { openTable, type TrainingTable } from '../table/open-table.ts';
import type { LabelColumn } from '../table/read-labels.ts';
import { type Split, splitRows } from '../table/split-rows.ts';
import { readTrainingData, type TrainingData } from '../table/training-data.ts';
import { type LearnedModel, type ModelKind, trainClassifier } from '../train-classifier.ts';
import { checkNames } from './check-names.ts';
import { draftLaunch, type LaunchParts, type LaunchWords, launchFiles } from './draft-launch.ts';
import { goldenRecords, goldenRows } from './golden-records.ts';
import { refuseExisting, replaceFiles } from './replace-files.ts';
import { holdoutScores, referenceOf } from './score-holdout.ts';
import type { OpenTrainedModel } from './trained-model.ts';

export interface TrainLaunchOptions {
  readonly csv: string;
  /** Folder for the files; made when it is not there. */
  readonly out: string;
  readonly label: string;
  /** The value of the label that means 1, where it is not written as 0 and 1, or true and false. */
  readonly positive: string | null;
  /** Null takes every numeric and boolean column that is not spoken for. */
  readonly features: readonly string[] | null;
  readonly unit: string | null;
  readonly context: readonly string[];
  readonly kind: ModelKind;
  readonly threshold: number;
  readonly seed: number;
  readonly words: LaunchWords;
  /** Whether files that are already there may be replaced. */
  readonly force: boolean;
  readonly openModel: OpenTrainedModel;
}

/** What a training run did, for people and scripts. */
export interface TrainingReport {
  readonly model: string;
  readonly version: string;
  readonly out: string;
  readonly files: readonly string[];
  readonly label: string;
  /** The value of the label that means 1, where it had to be said. */
  readonly positive: string | null;
  readonly features: readonly string[];
  readonly ignored: ChosenColumns['ignored'];
  readonly notes: readonly string[];
  readonly seed: number;
  readonly rows: { readonly read: number; readonly training: number; readonly holdout: number };
  readonly learned: LearnedModel;
  /** On the holdout, which the model did not learn from. */
  readonly metrics: ClassificationMetrics;
  /** Why the model is no better than none; empty where it is. */
  readonly warnings: readonly string[];
  readonly engine: { readonly name: string; readonly reason: string };
}

const holdoutShare = 0.2;
const sliceValuesMax = 20;

/**
 * Trains a baseline from a CSV file and writes a launch folder: artifact, launch file, reference, golden rows and
 * holdout. Raises TRAINING_DATA, INPUT_*, FILE_EXISTS, USAGE for words that a launch file cannot hold.
 */
export async function trainLaunch(options: TrainLaunchOptions): Promise<TrainingReport> {
  const { csv, out, label, positive, force } = options;
  await checkPaths(csv, out, force);
  const table = await openTable(csv);
  try {
    const chosen = await chooseColumns(table, options);
    const data = await readTrainingData(table, { name: label, positive }, chosen.features);
    const parts = launchParts(options, data, table);
    checkNames(parts, table);
    const split = splitRows(data.labels, holdoutShare, options.seed);
    let made: { readonly learned: LearnedModel; readonly judged: Judged } | undefined;
    // Inside, so that a folder that cannot be written to is told before the work and not after it.
    const files = await replaceFiles(out, launchFiles.launch, async (folder) => {
      const { onnx, learned } = trainClassifier(options.kind, data, split, options.seed);
      const { openModel } = options;
      made = {
        learned,
        judged: await writeFolder({
          folder,
          parts,
          label: { name: label, positive },
          table,
          data,
          split,
          onnx,
          openModel,
        }),
      };
    });
    if (made === undefined) throw new Error('the folder was written without a judgement');
    const { model, version } = options.words;
    return {
      ...{ model, version, out, files, label, positive, features: data.features.map(({ name }) => name) },
      ...{ ignored: chosen.ignored, notes: data.notes, seed: options.seed },
      rows: { read: table.rows, training: split.training.length, holdout: split.holdout.length },
      learned: made.learned,
      ...made.judged,
      warnings: uselessnessOf(made.judged.metrics),
    };
  } finally {
    table.close();
  }
}

type Judged = Pick<TrainingReport, 'metrics' | 'engine'>;

async function checkPaths(csv: string, out: string, force: boolean): Promise<void> {
  const names = Object.values(launchFiles);
  if (names.some((name) => resolve(out, name) === resolve(csv))) {
    const message = 'The training data stand where a file of the model would go.';
    throw fail('FILE_EXISTS', { message, where: csv, hint: 'Choose another folder with --out.' });
  }
  if (!force) await refuseExisting(out, names);
}

function launchParts(options: TrainLaunchOptions, data: TrainingData, table: TrainingTable): LaunchParts {
  const { words, label, unit, context, threshold } = options;
  const few = new Set(table.columns.filter(({ distinct }) => distinct <= sliceValuesMax).map(({ name }) => name));
  const slices = context.filter((name) => few.has(name));
  return { words, data, label, unit, context, slices, threshold, digest: null, golden: false };
}

interface FolderParts {
  readonly folder: string;
  readonly parts: LaunchParts;
  readonly label: LabelColumn;
  readonly table: TrainingTable;
  readonly data: TrainingData;
  readonly split: Split;
  readonly onnx: Uint8Array;
  readonly openModel: OpenTrainedModel;
}

/**
 * Writes the files into an empty folder. Scores of holdout and golden rows come from ONNX Runtime; the folder is then
 * opened as a user would, which proves the engine that serves and compares it with the golden rows.
 */
async function writeFolder({
  openModel,
  folder,
  parts,
  label,
  table,
  data,
  split,
  onnx,
}: FolderParts): Promise<Judged> {
  const { words, threshold } = parts;
  const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
  const launch = join(folder, launchFiles.launch);
  const named = { ...parts, digest: digestOf(onnx) };
  await write(launchFiles.artifact, onnx);
  await write(launchFiles.launch, writeLaunch(draftLaunch(named)));
  const oracle = await openModel(launch, { engine: 'onnxruntime' });
  try {
    const scores = await holdoutScores(oracle, data, split, words.score);
    const reference = referenceOf({ words, data, scores });
    await write(launchFiles.reference, writeReference(reference));
    const records = await goldenRecords({ table, data, holdout: split.holdout, scores, parts });
    await write(launchFiles.golden, writeGolden(await goldenRows(oracle, records, [words.score])));
    await table.copyRows(
      Array.from(split.holdout, (at) => data.rows[at]),
      join(folder, launchFiles.holdout),
      label,
    );
    await write(launchFiles.launch, writeLaunch(draftLaunch({ ...named, golden: true })));
    const labels = Uint8Array.from(split.holdout, (at) => data.labels[at]);
    return { metrics: classificationMetrics(labels, scores, threshold), engine: await provenEngine(launch, openModel) };
  } finally {
    await oracle.close();
  }
}

async function provenEngine(launch: string, openModel: OpenTrainedModel): Promise<TrainingReport['engine']> {
  const model = await openModel(launch, { engine: 'auto' });
  await model.close();
  return { name: model.engine.session.engine, reason: model.engine.reason };
}
