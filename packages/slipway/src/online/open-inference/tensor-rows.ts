import {
  type ColumnInput,
  type Columns,
  type Feature,
  type FeatureColumn,
  fail,
  nearest,
  type SlipwayError,
  type Tensor,
  tensorFault,
  type Value,
  widthOf,
} from '@slipway/core';
import type { OnlineModel } from '../ports.ts';
import { type GraphInput, tensorsOf } from './model-tensors.ts';
import { asDoubles, asFeatureColumn, asScalars, missingColumn } from './tensor-columns.ts';

/** The inputs of a request, row by row as the contract knows them. */
export interface TensorRows {
  readonly rows: number;
  /** Features, and the unit and the context where they were sent. */
  readonly columns: Columns;
  /** One row as a record, in which a missing value is absent. */
  record(row: number): Readonly<Record<string, Value>>;
}

/**
 * Takes the tensors of a request for the features of the contract: one tensor a feature, by its name, or the inputs of
 * the model's own graph, in which the features stand side by side. Unit and context may stand beside them. Raises
 * TENSOR_INVALID, RECORDS_TOO_MANY.
 */
export function readTensorRows(model: OnlineModel, inputs: readonly Tensor[]): TensorRows {
  const { launch } = model;
  const { features, unit, context } = launch.input;
  const beside = new Set([...context, ...(unit === null ? [] : [unit])]);
  const reading = new Reading(launch.online.records);
  for (const tensor of expectDistinct(inputs)) {
    const graphInput = asGraphInput(model, tensor);
    const feature = features.find(({ name }) => name === tensor.name);
    if (graphInput !== null) takeGraphInput(reading, graphInput, tensor);
    else if (feature !== undefined) takeFeature(reading, feature, tensor);
    else if (beside.has(tensor.name)) reading.put(tensor, tensor.name, asScalars(tensor, reading.rowsOf(tensor, 1)));
    else throw unknownInput(model, tensor.name, [...features.map(({ name }) => name), ...beside]);
  }
  const { columns, rows } = reading;
  const missing = features.filter(({ name }) => !columns.has(name));
  const needed = missing.filter((feature) => feature.missing.kind === 'reject');
  if (needed.length > 0) throw missingInputs(needed);
  for (const feature of missing) columns.set(feature.name, missingColumn(feature, rows));
  const read = Object.fromEntries(columns);
  return { rows, columns: read, record: (row) => recordOf(features, beside, read, row) };
}

/** Columns on their way; all tensors have as many rows as the first. */
class Reading {
  readonly columns = new Map<string, ColumnInput>();
  rows = 0;
  readonly #recordsMax: number;
  #first: string | null = null;

  constructor(recordsMax: number) {
    this.#recordsMax = recordsMax;
  }

  /** The rows of a tensor of `width` values a row. */
  rowsOf(tensor: Tensor, width: number, rows = tensor.shape[0]): number {
    const { name, shape, values } = tensor;
    if (rows === undefined || values.length !== rows * width) {
      const wanted = width === 1 ? '[rows] or [rows, 1]' : `[rows, …] with ${width} values a row`;
      throw tensorFault(name, `the shape is [${shape.join(', ')}]; the model takes ${wanted}`);
    }
    if (this.#first === null) {
      this.#first = name;
      this.rows = rows;
      if (rows > this.#recordsMax) {
        const message = `The request holds ${rows} rows; ${this.#recordsMax} are allowed.`;
        throw fail('RECORDS_TOO_MANY', { message });
      }
    } else if (rows !== this.rows) {
      throw tensorFault(name, `there are ${rows} rows, but ${this.rows} of ${JSON.stringify(this.#first)}`);
    }
    return rows;
  }

  put(tensor: Tensor, name: string, column: ColumnInput): void {
    if (this.columns.has(name)) {
      throw tensorFault(tensor.name, `there is the feature ${JSON.stringify(name)}, which another tensor holds too`);
    }
    this.columns.set(name, column);
  }
}

/** The graph's input that a tensor is meant for. A feature of the same name comes first, unless the shape says other. */
function asGraphInput(model: OnlineModel, { name, shape }: Tensor): GraphInput | null {
  const graphInput = tensorsOf(model).graphInputs.find((input) => input.name === name);
  if (graphInput === undefined) return null;
  const feature = model.launch.input.features.find((other) => other.name === name);
  if (feature === undefined) return graphInput;
  const isMatrix = graphInput.places.length > 1 && shape.length === 2 && shape[1] === graphInput.width;
  return isMatrix ? graphInput : null;
}

function takeGraphInput(reading: Reading, { places, width, isOneRow }: GraphInput, tensor: Tensor): void {
  const isBare = isOneRow && tensor.values.length === width && tensor.shape[0] !== 1;
  const rows = reading.rowsOf(tensor, width, isBare ? 1 : tensor.shape[0]);
  const isShared = places.length > 1;
  const texts = tensor.datatype === 'BYTES';
  const doubles = texts ? null : asDoubles(tensor);
  for (const place of places) {
    const column = asFeatureColumn(tensor, place.feature, { ...place, rows, rowWidth: width, isShared, doubles });
    reading.put(tensor, place.feature.name, column);
  }
}

function takeFeature(reading: Reading, feature: Feature, tensor: Tensor): void {
  const width = Math.max(1, widthOf(feature));
  const { shape } = tensor;
  const sizes = shape.slice(1);
  const wanted = feature.shape ?? [];
  const isShaped = sizes.length === wanted.length && sizes.every((size, at) => size === wanted[at]);
  const isFlat = sizes.length === 1 && sizes[0] === width;
  if (shape.length === 0 || !(isShaped || isFlat)) {
    const needs = [`[${['rows', ...wanted].join(', ')}]`, ...(wanted.length === 1 ? [] : [`[rows, ${width}]`])];
    throw tensorFault(tensor.name, `the shape is [${shape.join(', ')}]; the feature takes ${needs.join(' or ')}`);
  }
  const rows = reading.rowsOf(tensor, width);
  const doubles = tensor.datatype === 'BYTES' ? null : asDoubles(tensor);
  const place = { column: 0, width, rows, rowWidth: width, isShared: false, doubles };
  reading.put(tensor, feature.name, asFeatureColumn(tensor, feature, place));
}

function expectDistinct(inputs: readonly Tensor[]): readonly Tensor[] {
  if (inputs.length === 0) throw fail('INFER_REQUEST_INVALID', { message: 'The list of `inputs` is empty.' });
  const names = new Set<string>();
  for (const { name } of inputs) {
    if (names.has(name)) throw tensorFault(name, 'there are two in the request');
    names.add(name);
  }
  return inputs;
}

function unknownInput(model: OnlineModel, name: string, names: readonly string[]): SlipwayError {
  const all = [...names, ...tensorsOf(model).graphInputs.map((input) => input.name)];
  const meant = nearest(name, all);
  const hint = meant === null ? undefined : `Did you mean ${JSON.stringify(meant)}?`;
  return tensorFault(name, 'the model knows nothing', hint);
}

function missingInputs(features: readonly Feature[]): SlipwayError {
  const names = features.map(({ name }) => JSON.stringify(name)).join(', ');
  const [first] = features;
  const message = `No tensor of the request holds ${features.length === 1 ? 'the feature' : 'the features'} ${names}.`;
  return fail('TENSOR_INVALID', { message, where: JSON.stringify(first?.name) });
}

function recordOf(
  features: readonly Feature[],
  beside: ReadonlySet<string>,
  columns: Columns,
  row: number,
): Readonly<Record<string, Value>> {
  const record: Record<string, Value> = {};
  for (const feature of features) {
    const value = featureValue(feature, columns[feature.name] as FeatureColumn, row);
    if (value !== null) record[feature.name] = value;
  }
  for (const name of beside) {
    const column = columns[name] as readonly (number | string | boolean | null)[] | undefined;
    const value = column?.[row] ?? null;
    if (value !== null) record[name] = value;
  }
  return record;
}

function featureValue(feature: Feature, column: FeatureColumn, row: number): Value {
  if (column.kind === 'text') return column.values[row] ?? null;
  if (column.present?.[row] === 0) return null;
  const { values, width } = column;
  if (feature.type === 'array') return Array.from(values.subarray(row * width, (row + 1) * width));
  const value = values[row] as number;
  // What is neither stays a number, and breaks the rule that it has to.
  return feature.type === 'boolean' && (value === 0 || value === 1) ? value === 1 : value;
}
