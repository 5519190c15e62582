import type { ErrorEntry } from './error-entry.ts';
import { logErrors } from './log-errors.ts';
import { registryErrors } from './registry-errors.ts';
import { serverErrors } from './server-errors.ts';
import { settingErrors } from './setting-errors.ts';

/**
 * Every error code that Slipway can raise, declared once. Types, HTTP status, exit code and the reference page derive
 * from this table. A retired code moves to `retiredCodes` and is never used again.
 */
export const errorRegistry = {
  // Launch file
  LAUNCH_NOT_FOUND: {
    kind: 'not_found',
    summary: 'There is no launch file at the given path.',
    hint: 'Give the path of a launch.yaml, or make one with `slipway init` or `slipway train`.',
  },
  LAUNCH_SYNTAX: {
    kind: 'invalid',
    summary: 'The launch file is not valid YAML.',
    hint: 'Mend the line that the message names.',
  },
  LAUNCH_UNKNOWN_FIELD: {
    kind: 'invalid',
    summary: 'The launch file has a field that the format does not know.',
    hint: 'Correct the spelling or remove the field; `slipway check --help` names the reference page.',
  },
  LAUNCH_INVALID: {
    kind: 'invalid',
    summary: 'A field of the launch file has a value that the format does not allow, or a required field is missing.',
    hint: 'Correct the field that the message names.',
  },
  LAUNCH_VERSION: {
    kind: 'unsupported',
    summary: 'The launch file is written in a format version that this Slipway does not read.',
    hint: 'Write `slipway: 1`, or update Slipway.',
  },
  // Artifact and session
  ARTIFACT_NOT_FOUND: {
    kind: 'not_found',
    summary: 'The artifact that the launch file names is not there.',
    hint: 'Put the model file at the path that `artifact` gives, relative to the launch file.',
  },
  ARTIFACT_NOT_ONNX: {
    kind: 'corrupt',
    summary: 'The artifact is not an ONNX model, or it is cut short.',
    hint: 'Export the model again and compare the size of the file with the original.',
  },
  ARTIFACT_CORRUPT: {
    kind: 'corrupt',
    summary: 'The artifact is an ONNX model, but a part of it contradicts another, so no engine can run it.',
    hint: 'Export the model again; the message names the node.',
  },
  ARTIFACT_DIGEST_MISMATCH: {
    kind: 'corrupt',
    summary: 'The artifact is not the file that the launch file or the stored proof was made for.',
    hint: 'Restore the original file, or give the changed model a new version and correct `digest`.',
  },
  ARTIFACT_UNSUPPORTED: {
    kind: 'unsupported',
    summary: 'No engine can run this model.',
    hint: 'Read the reason in the message; `slipway inspect` shows what is in the artifact.',
  },
  ARTIFACT_TOO_LARGE: {
    kind: 'unsupported',
    summary: 'The artifact, or a part that it declares, is larger than the reader allows.',
    hint: 'Models over 2 GiB are not read; keep large tables outside the model.',
  },
  CONTRACT_MISMATCH: {
    kind: 'invalid',
    summary: 'The input or output contract of the launch file does not fit the artifact.',
    hint: 'Compare `input` and `output` with what `slipway inspect` prints.',
  },
  PROOF_FAILED: {
    kind: 'corrupt',
    summary: 'The compiled engine did not agree with ONNX Runtime on this artifact, or golden rows changed.',
    hint: 'Serve with `--engine onnxruntime` and report the model.',
  },
  MODEL_FAILED: {
    kind: 'internal',
    summary: 'The model raised an error while it ran.',
    hint: 'Try the record with `slipway inspect`; the log has the cause.',
  },
  SESSION_STOPPED: {
    kind: 'internal',
    summary: 'A thread that runs the model ended, or gave no answer in time.',
    hint: 'Start again; if it stays, the model needs more memory or time than it gets here.',
  },
  SESSION_BUSY: {
    kind: 'overloaded',
    summary: 'As many calls wait for the model as may.',
    hint: 'Send fewer calls at once, or give the model more workers.',
  },
  DEADLINE_EXCEEDED: {
    kind: 'deadline',
    summary: 'A prediction was not made by its deadline.',
    hint: 'Send fewer records at once or later, or allow more time: `online.deadline` in the launch file.',
  },
  CALLER_GONE: {
    kind: 'cancelled',
    summary: 'Whoever asked for a prediction went away before it was made, so it was not made.',
    hint: 'Ask again and wait for the answer.',
  },
  OUTPUT_VIOLATION: {
    kind: 'internal',
    summary: 'The model answered with a value that the output contract does not allow.',
    hint: 'Widen the output contract in a new version, or fix the model.',
  },
  // Records and columns
  RECORD_INVALID: {
    kind: 'invalid',
    summary: 'A record breaks the input contract.',
    hint: 'Correct the fields that the message names.',
  },
  RECORDS_TOO_MANY: {
    kind: 'too_large',
    summary: 'A request holds more records than the launch file allows.',
    hint: 'Send fewer records a request, or score a file with `slipway batch`.',
  },
  COLUMNS_INVALID: {
    kind: 'invalid',
    summary: 'A set of columns misses a feature, or its columns differ in length or type.',
    hint: 'Give one column for each feature of the contract, all of one length.',
  },
  // Files of a batch
  INPUT_NOT_FOUND: {
    kind: 'not_found',
    summary: 'The input file is not there or cannot be read.',
    hint: 'Check the path.',
  },
  INPUT_EMPTY: {
    kind: 'invalid',
    summary: 'The input file has no header, or no content at all.',
    hint: 'A CSV file needs a header line; an NDJSON or Parquet file needs at least its schema.',
  },
  INPUT_SCHEMA: {
    kind: 'invalid',
    summary: 'The columns of the input file do not fit the input contract.',
    hint: 'Rename or add the columns that the message names.',
  },
  INPUT_FORMAT: {
    kind: 'invalid',
    summary: 'The format of a file is not known from its ending, or its content is not of that format.',
    hint: 'Use .csv, .parquet or .ndjson.',
  },
  OUTCOMES_INVALID: {
    kind: 'invalid',
    summary: 'A file of outcomes has not the columns that an outcome needs.',
    hint: 'Give it a column `prediction_id`, or the unit and `at`, and one column or more that say what happened.',
  },
  OUTPUT_EXISTS: {
    kind: 'conflict',
    summary: 'The output path is the input itself or a folder.',
    hint: 'Choose another output path.',
  },
  OUTPUT_NOT_WRITABLE: {
    kind: 'unavailable',
    summary: 'The output cannot be written where it was asked for.',
    hint: 'Check that the folder exists, may be written to and has room.',
  },
  BATCH_ACCOUNTING: {
    kind: 'internal',
    summary: 'A batch run could not account for every row, so it left no output.',
    hint: 'Run it again; if it stays, report the file and the run record.',
  },
  BATCH_FAILED: {
    kind: 'internal',
    summary: 'A batch run stopped on an error of the query engine.',
    hint: 'Read the reason in the message.',
  },
  CANCELLED: {
    kind: 'cancelled',
    summary: 'A run was stopped before its end, by a signal or by its caller; it left no output.',
    hint: 'Start it again; an input that has not changed gives the same output.',
  },
  // Server
  ...serverErrors,
  // Registry
  ...registryErrors,
  // Prediction log
  ...logErrors,
  // Settings
  ...settingErrors,
  // Monitoring
  REFERENCE_INVALID: {
    kind: 'corrupt',
    summary: 'The reference profile is not a file that Slipway wrote, or it was changed by hand.',
    hint: 'Restore reference.json from the version of the model that it belongs to, or train again.',
  },
  // Rollout
  ALLOCATION_INVALID: {
    kind: 'corrupt',
    summary: 'A stored allocation of units to arms contradicts itself, or is none: nobody is assigned by it.',
    hint: 'Restore it from the history of the rollout; do not mend it by hand, since that would move users.',
  },
  ALLOCATION_VERSION: {
    kind: 'unsupported',
    summary: 'A stored allocation is of a later hash version, by which this Slipway would put units into other arms.',
    hint: 'Update Slipway here to the version that wrote it.',
  },
  ADDRESS_UNAVAILABLE: {
    kind: 'unavailable',
    summary: 'The server may not, or cannot, listen on the address.',
    hint: 'Give `--host` an address of this machine, and `--port` a number from 1024 up.',
  },
  // Training
  TRAINING_DATA: {
    kind: 'invalid',
    summary: 'The training data cannot be used: a label with one class, too few rows, or a column that is not numeric.',
    hint: 'Mend the column that the message names, or leave it out with `--features`.',
  },
  // Import
  MODEL_FILE_UNKNOWN: {
    kind: 'unsupported',
    summary: 'The file to import is of a format that import does not read.',
    hint: 'Give an ONNX file, an XGBoost .json or .ubj file, or a LightGBM text file.',
  },
  MODEL_FILE_UNSUPPORTED: {
    kind: 'unsupported',
    summary: 'The model file is read, but it uses something that import does not know how to answer for.',
    hint: 'Read the reason in the message; exporting the model to ONNX may be the way.',
  },
  MODEL_FILE_CORRUPT: {
    kind: 'corrupt',
    summary: 'The model file is damaged or cut short, or a part of it contradicts another.',
    hint: 'Save the model again and compare the size of the file with the original.',
  },
  MODEL_FILE_UNTRUSTED: {
    kind: 'forbidden',
    summary: 'The file is a Python pickle: loading one runs whatever code stands in it.',
    hint: 'Pass `--trust` where you know who made the file, or save the model in its own format.',
  },
  SAMPLE_MISMATCH: {
    kind: 'invalid',
    summary: 'The columns or values of the sample do not fit the features of the model.',
    hint: 'Give a CSV file with one column for each feature that the message names.',
  },
  PYTHON_UNAVAILABLE: {
    kind: 'not_found',
    summary: 'There is no Python to load the model with, or the package slipway-export is missing in it.',
    hint: 'Name one with `--python` or SLIPWAY_PYTHON, and install slipway-export into it.',
  },
  EXPORT_FAILED: {
    kind: 'unsupported',
    summary: 'The Python package could not export the model.',
    hint: 'Read the reason in the message.',
  },
  // Command line and library
  USAGE: {
    kind: 'invalid',
    summary: 'A command was called with arguments that it does not take.',
    hint: 'Add `--help` to the command to see its arguments.',
  },
  FILE_EXISTS: {
    kind: 'conflict',
    summary: 'A command would overwrite files that are already there.',
    hint: 'Choose another folder, or pass `--force`.',
  },
  NODE_TOO_OLD: {
    kind: 'unsupported',
    summary: 'The Node.js that runs Slipway is older than it needs.',
    hint: 'Install Node.js 24.6 or newer.',
  },
  INTERNAL: {
    kind: 'internal',
    summary: 'An error that Slipway did not foresee.',
    hint: 'Please report it with the message and what you did.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorRegistry;

/** Codes of earlier versions that no longer occur. They are never given a new meaning. */
export const retiredCodes: readonly string[] = [];
