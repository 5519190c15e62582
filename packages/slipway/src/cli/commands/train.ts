import { resolve } from 'node:path';
import { placeholderOwner } from '@slipway/core';
import { type Command, Option } from 'commander';
import { openModel } from '../../open-model.ts';
import { type ModelKind, modelKinds } from '../../sources/train-classifier.ts';
import { launchFiles, toReview } from '../../sources/training/draft-launch.ts';
import { type TrainingReport, trainLaunch } from '../../sources/training/train-launch.ts';
import type { Io } from '../io.ts';
import { modelNameOf } from '../model-name.ts';
import { listOption, seedOption, shareOption } from '../option-values.ts';
import { styleFor } from '../style.ts';
import { nextText } from './next-steps.ts';
import { trainingText } from './training-report.ts';

const examples = `
A baseline for trying things out, not a replacement for your own model. It holds out 20 % of the rows, learns from the
rest, and writes model.onnx, launch.yaml, reference.json, golden.json and holdout.csv.

Features are columns of numbers, or of true and false; other columns are not used. Rows with a missing label or feature
are left out. The same file and seed give the same model, byte for byte.

Examples:
  slipway train learners.csv --label needed_support --unit learner_id --context cohort,mentor_id
  slipway train learners.csv --label needed_support --model forest --out forest --name learner-forest
  slipway train churn.csv --label churned --positive yes --features tenure,visits --threshold 0.4 --json`;

interface TrainOptions {
  readonly label: string;
  readonly positive?: string;
  readonly features?: readonly string[];
  readonly model: ModelKind;
  readonly out: string;
  readonly name?: string;
  readonly modelVersion: string;
  readonly threshold: number;
  readonly unit?: string;
  readonly context?: readonly string[];
  readonly score: string;
  readonly decision: string;
  readonly seed: number;
  readonly json?: boolean;
  readonly force?: boolean;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('<data>', 'a CSV file with a header')
    .requiredOption('--label <column>', 'the column with what happened: 0 and 1, or true and false')
    .option('--positive <value>', 'the value of the label that means 1; its other value is 0')
    .option(
      '--features <columns>',
      'the columns to learn from, with commas between; all that fit by default',
      listOption,
    )
    .addOption(new Option('--model <kind>', 'what to train').choices(modelKinds).default('logistic'))
    .option('--out <folder>', 'where the files go', '.')
    .option('--name <name>', 'the name of the model; by default that of the file')
    .option('--model-version <version>', 'the version of the model', '1.0.0')
    .option('--threshold <share>', 'the score from which on the decision is true', shareOption, 0.5)
    .option('--unit <column>', 'the column that names what a row is about; never learned from')
    .option('--context <columns>', 'columns that travel with a record and are never learned from', listOption)
    .option('--score <name>', 'what to call the score', 'score')
    .option('--decision <name>', 'what to call the decision', 'decision')
    .option('--seed <number>', 'decides the holdout and the samples of a forest', seedOption, 1)
    .option('--json', 'print one JSON document')
    .option('--force', 'replace files that are already there')
    .addHelpText('after', examples)
    .action(async (data: string, options: TrainOptions) => {
      const report = await train(resolve(io.cwd, data), options, io);
      io.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report, io));
    });
}

function train(csv: string, options: TrainOptions, io: Io): Promise<TrainingReport> {
  const { label, model, threshold, seed, score, decision } = options;
  return trainLaunch({
    csv,
    out: resolve(io.cwd, options.out),
    ...{ label, threshold, seed },
    context: options.context ?? [],
    kind: model,
    features: options.features ?? null,
    positive: options.positive ?? null,
    unit: options.unit ?? null,
    force: options.force === true,
    openModel,
    words: {
      model: options.name ?? modelNameOf(csv),
      version: options.modelVersion,
      owner: placeholderOwner,
      pattern: 'batch',
      why: 'The simplest pattern: files are scored on a schedule, and nobody waits for one answer.',
      units: {},
      ...{ score, decision },
    },
  });
}

function reportText(report: TrainingReport, io: Io): string {
  const style = styleFor(io.stdout, io.env);
  const next = { ...report, toReview, toScore: launchFiles.holdout, scored: 'scored.csv' };
  return `${trainingText(report, style)}\n${nextText(next, io.cwd, style)}`;
}
