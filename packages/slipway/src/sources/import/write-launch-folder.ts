import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  buildReference,
  decodeModel,
  fail,
  type GoldenRows,
  type ProfileColumn,
  type RawOutputField,
  readSignature,
  writeGolden,
  writeLaunch,
  writeReference,
} from '@slipway/core';
import { digestOf } from '../../artifact/read-artifact.ts';
import { launchFiles } from '../training/draft-launch.ts';
import { goldenRecordsMax, spreadByScore } from '../training/golden-records.ts';
import type { OpenTrainedModel, ServingEngine, TrainedModel } from '../training/trained-model.ts';
import { draftImport, type ImportWords } from './draft-import.ts';
import { draftOutputs } from './draft-outputs.ts';
import { answeredRecords, settleGolden } from './import-golden.ts';
import { withKnownValues } from './known-values.ts';
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
  const graph = decodeModel(model.onnx);
  const told = sample?.features ?? model.features;
  const names = told.map(({ name }) => name);
  const outputs = draftOutputs(readSignature(graph), names, model.bounded);
  const plain = { golden: false, reference: false, fallback: false };
  const first = { words, features: told, outputs: outputs.fields, digest: digestOf(model.onnx) };
  // The readers of boosted models tell all that there is.
  const features = model.bounded ? told : withKnownValues(told, draftImport({ ...first, ...plain }), graph);
  const draft = { ...first, features };
  await write(launchFiles.artifact, model.onnx);
  await write(launchFiles.launch, writeLaunch(draftImport({ ...draft, ...plain })));
  const oracle = await openModel(launch, { engine: 'onnxruntime' });
  let answered: GoldenRows;
  let scored: ScoredSample | null;
  try {
    scored = sample === null ? null : await scoreSample(oracle, sample);
    if (sample !== null && scored !== null) {
      const profiles = { features: featureProfiles(sample), scores: scored.scores };
      await write(launchFiles.reference, writeReference(buildReference({ ...words, ...profiles })));
    }
    const fields = Object.keys(outputs.fields).filter((name) => !('threshold' in (outputs.fields[name] ?? {})));
    const records =
      sample === null || scored === null ? randomRecords(features, goldenRecordsMax) : pickedRecords(sample, scored);
    answered = await answeredRecords(oracle, records, fields);
  } finally {
    await oracle.close();
  }
  const settled = await withServing(openModel, launch, (served) =>
    settleGolden(served, answered, scoreFields(outputs.fields)),
  );
  const { golden } = settled;
  const hasGolden = golden.rows.length > 0;
  if (hasGolden) await write(launchFiles.golden, writeGolden(golden));
  const final = draftImport({ ...draft, golden: hasGolden, reference: sample !== null, fallback: true });
  await write(launchFiles.launch, writeLaunch(final));
  return {
    engine: await withServing(openModel, launch, async ({ engine }) => engine),
    goldenRows: golden.rows.length,
    notes: [...outputs.notes, ...sampleNotes(sample, scored), ...settled.notes, ...(hasGolden ? [] : [noGolden])],
  };
}

const noGolden =
  'the model answers no record that was tried, so there are no golden rows: give rows of its features with --data';

/** Fields of numbers, not of labels or counts. */
function scoreFields(fields: Readonly<Record<string, RawOutputField>>): ReadonlySet<string> {
  const isScore = ({ type }: RawOutputField) => type === 'number' || type === 'array';
  return new Set(Object.keys(fields).filter((name) => isScore(fields[name] as RawOutputField)));
}

async function withServing<T>(
  openModel: OpenTrainedModel,
  launch: string,
  use: (served: TrainedModel) => Promise<T>,
): Promise<T> {
  const served = await openModel(launch, { engine: 'auto' });
  try {
    return await use(served);
  } finally {
    await served.close();
  }
}

function sampleNotes(sample: Sample | null, scored: ScoredSample | null): string[] {
  if (sample === null || scored === null || scored.rows.length === sample.rows) return [];
  return [
    `${sample.rows - scored.rows.length} of ${sample.rows} rows of the sample are refused: look for categories that the model does not know`,
  ];
}

/** Rows of the sample from the lowest score to the highest. */
function pickedRecords(sample: Sample, { scores, rows }: ScoredSample) {
  const [first] = scores;
  const picked = spreadByScore(
    first === undefined ? new Float64Array(rows.length) : Float64Array.from(first.values, Number),
  );
  return picked.map((at) => sample.record(rows[at] as number));
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
