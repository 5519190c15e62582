import { relative, resolve } from 'node:path';
import { placeholderOwner } from '@slipway/core';
import type { Command } from 'commander';
import { openModel } from '../../open-model.ts';
import { type ImportReport, importModel } from '../../sources/import/import-model.ts';
import type { Io } from '../io.ts';
import { grouped, labelledLines } from '../lines.ts';
import { engineJson, engineLines } from '../model-lines.ts';
import { modelNameOf } from '../model-name.ts';
import { durationOption, shapeOption } from '../option-values.ts';
import { styleFor } from '../style.ts';
import { nextText } from './next-steps.ts';

const examples = `
Reads ONNX, XGBoost (.json, .ubj) and LightGBM (text) files, whatever they are called, and writes model.onnx,
launch.yaml, golden.json and, with --data, reference.json. The answers are those of the library itself.

A .joblib or .pkl file holds Python code, which loading it runs: --trust says that you know who made it. It is loaded by
the package slipway-export in a Python process of its own.

Examples:
  slipway import model.ubj --data sample.csv --out churn
  slipway import lightgbm.txt --out churn --name churn --model-version 2.0.0
  slipway import network.onnx --shape image=3x224x224 --json
  slipway import pipeline.joblib --trust --data sample.csv --out churn --python .venv/bin/python`;

interface ImportCommandOptions {
  readonly out: string;
  readonly name?: string;
  readonly modelVersion: string;
  readonly data?: string;
  readonly shape?: Readonly<Record<string, readonly number[]>>;
  readonly owner?: string;
  readonly contact?: string;
  readonly trust?: boolean;
  readonly python?: string;
  readonly pythonTimeout?: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('<file>', 'a model file')
    .option('--out <folder>', 'where the files go', '.')
    .option('--name <name>', 'the name of the model; by default that of the file')
    .option('--model-version <version>', 'the version of the model', '1.0.0')
    .option('--data <sample>', 'a CSV file with rows of the features, for types, ranges and the reference')
    .option(
      '--shape <input=sizes>',
      'the size of a row of an ONNX input that leaves it open, such as image=3x224x224',
      shapeOption,
    )
    .option('--owner <team>', 'the team that answers for the model')
    .option('--contact <address>', 'how to reach the team')
    .option('--trust', 'load a Python pickle, which runs the code in it')
    .option('--python <path>', 'the Python to load a pickle with; by default SLIPWAY_PYTHON, or python3')
    .option('--python-timeout <time>', 'how long that may take, 10m without it', durationOption)
    .option('--json', 'print one JSON document')
    .option('--force', 'replace files that are already there')
    .addHelpText('after', examples)
    .action(async (file: string, options: ImportCommandOptions) => {
      const report = await bringIn(resolve(io.cwd, file), options, io);
      io.stdout.write(options.json ? jsonText(report) : reportText(report, io));
    });
}

function bringIn(file: string, options: ImportCommandOptions, io: Io): Promise<ImportReport> {
  const { owner: team, contact } = options;
  const owner = { team: team ?? placeholderOwner.team, contact: contact ?? placeholderOwner.contact };
  return importModel({
    file,
    out: resolve(io.cwd, options.out),
    data: options.data === undefined ? null : resolve(io.cwd, options.data),
    words: { model: options.name ?? modelNameOf(file), version: options.modelVersion, owner },
    shapes: options.shape ?? {},
    trust: options.trust === true,
    python: {
      command: options.python ?? (io.env.SLIPWAY_PYTHON || 'python3'),
      answerMsMax: options.pythonTimeout ?? 600_000,
      env: io.env,
    },
    force: options.force === true,
    openModel,
  });
}

function jsonText({ engine, ...told }: ImportReport): string {
  return `${JSON.stringify({ ...told, engine: engineJson(engine) }, null, 2)}\n`;
}

/** What the owner of the model has to look at, since no file tells it. */
const toReview = [
  'owner',
  'pattern and why',
  'input types, ranges and missing',
  'output',
  'fallback',
  'slo',
  'rollback',
];

function reportText(report: ImportReport, io: Io): string {
  const { bold } = styleFor(io.stdout, io.env);
  const { sample, goldenRows } = report;
  const lines: [string, string][] = [
    ['read', report.source],
    ...(report.features === null ? [] : [['features', grouped(report.features)] as [string, string]]),
    ...(sample === null ? [] : [['sample', sampleText(sample, io)] as [string, string]]),
    ...(goldenRows === null
      ? []
      : [['golden rows', `${goldenRows}, with the answers of ONNX Runtime`] as [string, string]]),
    ...report.notes.map((note): [string, string] => ['note', note]),
  ];
  const next = {
    ...report,
    toReview,
    toScore: sample === null ? 'YOUR_FILE.csv' : relative(report.out, sample.path),
    scored: 'scored.csv',
  };
  const head = `${bold(`${report.model} ${report.version}`)}\n${labelledLines(lines)}`;
  const engine = `${bold('Engine')}\n${engineLines(report.engine)}`;
  return `${head}\n${engine}\n${nextText(next, io.cwd, styleFor(io.stdout, io.env))}`;
}

function sampleText({ path, rows }: NonNullable<ImportReport['sample']>, io: Io): string {
  return `${relative(io.cwd, path)}${rows === null ? '' : `, ${grouped(rows)} rows`}`;
}
