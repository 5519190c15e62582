import { readdirSync, readFileSync } from 'node:fs';
import type { Binding, FeatureBatch, OnnxModel } from '@slipway/core';
import { wholeBinding } from './model-binding.ts';

/** A model of testkit/real-models: what a Python library trained and a converter wrote, with rows and answers to them. */
export interface RealModel extends StoredModel {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** As NAME.json has it. */
interface StoredModel {
  readonly title: string;
  readonly group: string;
  /** The library that trained it, and its version. */
  readonly library: string;
  readonly data: string;
  /** How far a score of ONNX Runtime may be from the library's, relative above 1. */
  readonly tolerance: number;
  /** Rows that the converted model answers otherwise than the library, in any engine, and why. */
  readonly converter_difference: { readonly rows: readonly number[]; readonly cause: string } | null;
  /** Values in the order of the model's inputs and their columns. Null is a missing number. */
  readonly rows: readonly (readonly StoredValue[])[];
  readonly outputs: readonly RealOutput[];
}

type StoredValue = number | string | null;

/** One tensor that the model gives, a list of values a row. */
export interface RealOutput {
  readonly name: string;
  readonly type: string;
  /** The library's own answers, in its own precision. */
  readonly library: readonly (readonly StoredValue[])[];
  /** What ONNX Runtime answered in Python. */
  readonly runtime: readonly (readonly StoredValue[])[];
}

/** What the compiler leaves to ONNX Runtime, by model: the operator that stands in the way, and the reason. */
export type Refusals = Readonly<Record<string, { readonly op: string; readonly reason: string }>>;

const folder = new URL('../real-models/', import.meta.url);

/** All of them, or those of the names that are given, in the order of their names. */
export function realModels(...names: readonly string[]): RealModel[] {
  const all = readdirSync(new URL('models/', folder))
    .filter((file) => file.endsWith('.onnx'))
    .map((file) => file.slice(0, -'.onnx'.length))
    .sort();
  return (names.length > 0 ? names : all).map(readModel);
}

export function realModelRefusals(): Refusals {
  return JSON.parse(read('refusals.json').toString('utf8')) as Refusals;
}

/** A feature for each column of the model's inputs, and a lane for each column of the outputs that were asked for. */
export function realBinding(given: RealModel, model: OnnxModel): Binding {
  const { inputs, outputs } = wholeBinding(model);
  const asked = new Set(given.outputs.map(({ name }) => name));
  return { inputs, outputs: outputs.filter(({ output }) => asked.has(output)) };
}

/** The rows of a model as a session of `binding` takes them. */
export function realBatch({ rows }: RealModel, binding: Binding): FeatureBatch {
  return {
    rows: rows.length,
    columns: binding.inputs.map(({ type }, feature) =>
      type === 'string'
        ? rows.map((row) => String(row[feature]))
        : Float64Array.from(rows, (row) => (row[feature] as number | null) ?? Number.NaN),
    ),
  };
}

function readModel(name: string): RealModel {
  const stored = JSON.parse(read(`models/${name}.json`).toString('utf8')) as StoredModel;
  return { ...stored, name, bytes: read(`models/${name}.onnx`) };
}

function read(file: string): Buffer {
  return readFileSync(new URL(file, folder));
}
