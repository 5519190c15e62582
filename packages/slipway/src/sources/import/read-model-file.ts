import { open } from 'node:fs/promises';
import { asSlipwayError, decodeModel, encodeModel, fail, readSignature, type SlipwayError } from '@slipway/core';
import { readLightgbm } from '../lightgbm/read-lightgbm.ts';
import type { SeenTexts } from '../xgboost/categories.ts';
import { parseXgboostJson } from '../xgboost/parse-json.ts';
import { readUbjson } from '../xgboost/read-ubjson.ts';
import { readXgboost } from '../xgboost/read-xgboost.ts';
import type { BoostedModel } from './boosted-model.ts';
import { boostedOnnx } from './boosted-onnx.ts';
import { detectFormat, type ModelFormat } from './detect-format.ts';
import { corrupt } from './document.ts';
import { legalNames } from './feature-names.ts';
import { boostedFeatures, type ImportFeature } from './import-feature.ts';
import { type OnnxHints, onnxFeatures } from './onnx-features.ts';
import { readingLimits } from './reading-limits.ts';

/** What is known beside the file, where nothing is. */
export const noHints: OnnxHints = { names: null, shapes: {} };

/** A model file in memory, and what it is. */
export interface ModelFile {
  readonly path: string;
  readonly format: ModelFormat;
  readonly bytes: Uint8Array;
}

/** A model as it will be launched: the artifact, and what its file says of the features. */
export interface ImportedModel {
  /** `XGBoost 3.2.0` and the like, for people. */
  readonly source: string;
  readonly onnx: Uint8Array;
  readonly features: readonly ImportFeature[];
  /** Whether the scores of classes are probabilities for certain. */
  readonly bounded: boolean;
  readonly notes: readonly string[];
}

/** ONNX is a protobuf, and ends at 2 GiB; nothing larger is a model of trees either. */
const bytesMax = 2 ** 31 - 1;

/** Raises INPUT_NOT_FOUND, ARTIFACT_TOO_LARGE and MODEL_FILE_UNKNOWN. */
export async function readModelFile(path: string): Promise<ModelFile> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    const message =
      cause.code === 'ENOENT' ? 'There is no file at this path.' : `The file cannot be read: ${cause.message}.`;
    throw fail('INPUT_NOT_FOUND', { message, where: path, cause });
  });
  try {
    const info = await file.stat();
    if (!info.isFile()) {
      const message = 'The path is a folder, not a model file.';
      const hint =
        'A TensorFlow SavedModel or a Core ML package is such a folder: export the model to ONNX and import that file.';
      throw fail('MODEL_FILE_UNKNOWN', { message, where: path, hint });
    }
    if (info.size > bytesMax)
      throw fail('ARTIFACT_TOO_LARGE', { message: `The file has ${info.size} bytes.`, where: path });
    const bytes = await file.readFile();
    return { path, bytes, format: detectFormat(bytes, path) };
  } finally {
    await file.close();
  }
}

/**
 * The artifact of a model file of any format but a pickle. Names of the sample's columns
 * name features that the file leaves unnamed, where there are as many; its texts complete names that a file has cut. Raises MODEL_FILE_* and ARTIFACT_*, each with the path.
 */
export function understandModel(
  { path, format, bytes }: ModelFile,
  hints: OnnxHints,
  seen: SeenTexts = new Map(),
): ImportedModel {
  try {
    return format === 'onnx' ? plainOnnx(bytes, hints) : boosted(readBoosted(format, bytes, seen), hints.names);
  } catch (thrown) {
    throw inFile(path, thrown);
  }
}

function readBoosted(format: ModelFormat, bytes: Uint8Array, seen: SeenTexts): BoostedModel {
  if (format === 'xgboost-ubjson') return readXgboost(readUbjson(bytes), seen);
  const text = decodeText(bytes);
  if (format === 'lightgbm') return readLightgbm(text);
  return readXgboost(parseXgboostJson(text), seen);
}

function decodeText(bytes: Uint8Array): string {
  if (bytes.length > readingLimits.textBytesMax) {
    const hint = 'XGBoost: save it as .ubj, which is smaller too.';
    throw fail('ARTIFACT_TOO_LARGE', { message: `The text has ${bytes.length} bytes.`, hint });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw corrupt('the file', 'The text is not UTF-8.', cause);
  }
}

function boosted(read: BoostedModel, names: readonly string[] | null): ImportedModel {
  const given = read.namesAreGiven || names?.length !== read.features.length ? null : names;
  const before = read.features.map(({ name }) => name);
  const legal = legalNames(given ?? before);
  const model = {
    ...read,
    features: read.features.map((feature, index) => ({ ...feature, name: legal[index] as string })),
  };
  return {
    source: read.producer,
    onnx: encodeModel(boostedOnnx(model)),
    features: boostedFeatures(model, given ?? before),
    bounded: true,
    notes: [
      ...read.notes,
      ...namingNotes(read, given !== null),
      ...renamed(given ?? before, legal),
      ...codeNotes(model),
    ],
  };
}

function namingNotes({ namesAreGiven, features }: BoostedModel, fromSample: boolean): string[] {
  if (namesAreGiven) return [];
  if (fromSample) return ['the file names no features: they are called as the columns of the sample, in its order'];
  const last = features[features.length - 1]?.name;
  return [
    `the file names no features: rename ${features[0]?.name} to ${last} in launch.yaml, in the order of the training data`,
  ];
}

/** A data frame's categories that the file does not hold: XGBoost keeps them since 3.1. */
function codeNotes({ features }: BoostedModel): string[] {
  const coded = features.filter(({ kind, categories }) => kind === 'category' && categories === null);
  if (coded.length === 0) return [];
  const names = coded.slice(0, 5).map(({ name }) => name);
  const rest = coded.length > names.length ? ` and ${coded.length - names.length} more` : '';
  return [
    `categories of ${names.join(', ')}${rest} are given by their codes, 0 and up: the file has no names for them that are whole`,
  ];
}

function renamed(before: readonly string[], after: readonly string[]): string[] {
  return before.flatMap((name, index) =>
    name === after[index] ? [] : [`the feature ${JSON.stringify(name)} is called ${JSON.stringify(after[index])}`],
  );
}

function plainOnnx(bytes: Uint8Array, hints: OnnxHints): ImportedModel {
  const model = decodeModel(bytes);
  const features = onnxFeatures(readSignature(model), hints);
  const source = model.producer === '' ? 'ONNX' : `ONNX of ${model.producer}`;
  return { source, onnx: bytes, features, bounded: false, notes: [] };
}

/** Readers know bytes and no files: which file they are of is said here. */
function inFile(path: string, thrown: unknown): SlipwayError {
  const { code, message, where, hint, details } = asSlipwayError(thrown);
  const place = where === undefined ? path : `${path}: ${where}`;
  return fail(code, { message, where: place, hint, details, cause: thrown });
}
