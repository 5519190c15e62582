import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  buildReference,
  decodeModel,
  fail,
  type GoldenRows,
  isSlipwayError,
  type ProfileColumn,
  readSignature,
  type Value,
  writeGolden,
  writeLaunch,
  writeReference,
} from '@slipway/core';
import { digestOf } from '../../artifact/read-artifact.ts';
import { launchFiles } from '../training/draft-launch.ts';
import { goldenRecordsMax, goldenRows, spreadByScore } from '../training/golden-records.ts';
import type { OpenTrainedModel, ServingEngine, TrainedModel } from '../training/trained-model.ts';
import { draftImport, type ImportWords } from './draft-import.ts';
import { draftOutputs } from './draft-outputs.ts';
import { randomRecords } from './random-records.ts';
import type { ImportedModel } from './read-model-file.ts';
import type { Sample, SampleValues } from './sample.ts';

export interface FolderTask {
  readonly folder: string;
  readonly model: ImportedModel;
  readonly sample: Sample | null;
  readonly words: ImportWords;
  readonly openModel: OpenTrainedModel;
}

export interface WrittenFolder {
  readonly engine: ServingEngine;
  readonly goldenRows: number;
  readonly notes: readonly string[];
}

/**
 * Writes the files into an empty folder. Answers of golden rows and scores of the sample come from ONNX Runtime; the
 * folder is then opened as a user would, which proves the engine that serves and compares it with the golden rows.
 */
export async function writeLaunchFolder({
  folder,
  model,
  sample,
  words,
  openModel,
}: FolderTask): Promise<WrittenFolder> {
  const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
  const launch = join(folder, launchFiles.launch);
  const features = sample?.features ?? model.features;
  const names = features.map(({ name }) => name);
  const outputs = draftOutputs(readSignature(decodeModel(model.onnx)), names, model.bounded);
  const draft = { words, features, outputs: outputs.fields, digest: digestOf(model.onnx) };
  await write(launchFiles.artifact, model.onnx);
  await write(
    launchFiles.launch,
    writeLaunch(draftImport({ ...draft, golden: false, reference: false, fallback: false })),
  );
  const oracle = await openModel(launch, { engine: 'onnxruntime' });
  let golden: Golden;
  try {
    const scored = sample === null ? null : await scoreSample(oracle, sample);
    if (sample !== null && scored !== null) {
      const profiles = { features: featureProfiles(sample), scores: scored.scores };
      await write(launchFiles.reference, writeReference(buildReference({ ...words, ...profiles })));
    }
    const fields = Object.keys(outputs.fields).filter((name) => !('threshold' in (outputs.fields[name] ?? {})));
    golden = await goldenOf(oracle, fields, sample === null || scored === null ? null : { sample, scored }, model);
  } finally {
    await oracle.close();
  }
  const hasGolden = golden.rows.rows.length > 0;
  if (hasGolden) await write(launchFiles.golden, writeGolden(golden.rows));
  const final = draftImport({ ...draft, golden: hasGolden, reference: sample !== null, fallback: true });
  await write(launchFiles.launch, writeLaunch(final));
  const served = await openModel(launch, { engine: 'auto' });
  await served.close();
  return { engine: served.engine, goldenRows: golden.rows.rows.length, notes: [...outputs.notes, ...golden.notes] };
}

interface ScoredSample {
  readonly scores: readonly ProfileColumn[];
  /** Rows that the model answers, ascending. */
  readonly rows: readonly number[];
}

/** Raises SAMPLE_MISMATCH where no row is answered. */
async function scoreSample(oracle: TrainedModel, sample: Sample): Promise<ScoredSample> {
  const { fields, refused, modelFaults } = await oracle.columns(sample.columns);
  const out = new Set(refused);
  const rows = Array.from({ length: sample.rows }, (_, row) => row).filter((row) => !out.has(row));
  if (rows.length === 0) {
    const reason =
      modelFaults.get(refused[0] ?? 0) ?? 'every one breaks the contract, for example by an unknown category';
    throw fail('SAMPLE_MISMATCH', {
      message: `The model answers no row of the sample: ${reason}.`,
      where: sample.path,
    });
  }
  const scores = fields.flatMap(({ name, width, values }): ProfileColumn[] => {
    const isScore = width === 1 && (values instanceof Float32Array || values instanceof Float64Array);
    return isScore ? [{ name, values: Float64Array.from(rows, (row) => Number(values[row])) }] : [];
  });
  return { scores, rows };
}

/** Truth values are categories in a profile, as in the trainer's. */
function featureProfiles({ features, values }: Sample): ProfileColumn[] {
  return features.map(({ name, type }, index) => {
    const column = values[index] as SampleValues;
    if (type !== 'boolean' || !(column instanceof Float64Array)) return { name, values: column };
    return { name, values: Array.from(column, (value) => (Number.isNaN(value) ? null : String(value === 1))) };
  });
}

interface Golden {
  readonly rows: GoldenRows;
  readonly notes: readonly string[];
}

type Scored = { readonly sample: Sample; readonly scored: ScoredSample };

/** Rows of the sample from the lowest score to the highest; without one, random rows that the model answers. */
async function goldenOf(
  oracle: TrainedModel,
  fields: readonly string[],
  given: Scored | null,
  model: ImportedModel,
): Promise<Golden> {
  if (given !== null) {
    const { sample, scored } = given;
    const picked = spreadByScore((scored.scores[0]?.values as Float64Array) ?? new Float64Array(scored.rows.length));
    const records = picked.map((at) => scored.rows[at] as number).map((row) => sample.record(row));
    return { rows: withTolerance(await goldenRows(oracle, records, fields)), notes: [] };
  }
  const rows: GoldenRows['rows'][number][] = [];
  for (const record of randomRecords(model.features, goldenRecordsMax)) {
    const answered = await goldenRows(oracle, [record], fields).catch((thrown: unknown) => {
      if (isSlipwayError(thrown)) return null;
      throw thrown;
    });
    if (answered !== null) rows.push(...answered.rows);
  }
  const notes = rows.length > 0 ? [] : ['the model answers no random record, so there are no golden rows: give --data'];
  return { rows: withTolerance({ tolerance: 0, rows }), notes };
}

/** A part in a million of the largest score, or of 1: what float32 sums in another order may differ by. */
function withTolerance({ rows }: GoldenRows): GoldenRows {
  let largest = 1;
  const look = (value: Value): void => {
    if (typeof value === 'number') largest = Math.max(largest, Math.abs(value));
    else if (Array.isArray(value)) for (const part of value) look(part as Value);
  };
  for (const { outputs } of rows) for (const value of Object.values(outputs)) look(value);
  return { tolerance: 1e-6 * largest, rows };
}
