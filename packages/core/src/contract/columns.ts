import { assert, fail } from '../errors/index.ts';
import { isWhole, numberRule, textRule, widthOf } from './feature-check.ts';
import { nearest } from './nearest.ts';
import { blankIsMissing, numberFill, textFill } from './record.ts';
import type { Columns, Feature, FeatureColumn, InputContract } from './types.ts';

/** Columns after validation: one feature after the other in contract order, missing values filled in. */
export interface ReadColumns {
  readonly rows: number;
  readonly columns: readonly (Float64Array | readonly string[])[];
  /** Rows that break the contract, ascending. Their values are of no meaning. */
  readonly refused: readonly number[];
}

export type ColumnsReader = (columns: Columns) => ReadColumns;

/** Compiles the contract once into a reader of typed columns that gives the same verdict as the record reader. */
export function compileColumnsReader(contract: InputContract): ColumnsReader {
  const checks = contract.features.map(columnCheck);
  return (columns) => {
    const inputs = contract.features.map((feature) => columnOf(columns, feature));
    const rows = commonLength(contract.features, inputs);
    const bad = new RefusedRows(rows);
    const read = inputs.map((input, index) => (checks[index] as ColumnCheck)(input, bad));
    return { rows, columns: read, refused: bad.list() };
  };
}

/** Collects row numbers without an allocation while every row is good. */
class RefusedRows {
  private readonly rows: number;
  private flags: Uint8Array | null = null;

  constructor(rows: number) {
    this.rows = rows;
  }

  add(row: number): void {
    this.flags ??= new Uint8Array(this.rows);
    this.flags[row] = 1;
  }

  list(): number[] {
    const list: number[] = [];
    this.flags?.forEach((flag, row) => {
      if (flag === 1) list.push(row);
    });
    return list;
  }
}

type ColumnCheck = (column: FeatureColumn, bad: RefusedRows) => Float64Array | readonly string[];

function columnCheck(feature: Feature): ColumnCheck {
  return feature.type === 'string' ? textCheck(feature) : numberCheck(feature);
}

/** Checks every number of a column. The caller's array is handed on as it is unless a missing value must be filled in. */
function numberCheck(feature: Feature): ColumnCheck {
  const width = widthOf(feature);
  const fill = numberFill(feature);
  const low = feature.minimum ?? Number.NEGATIVE_INFINITY;
  const high = feature.maximum ?? Number.POSITIVE_INFINITY;
  const ranged = !isWhole(feature) && feature.type !== 'boolean';
  const simple = ranged && feature.exclusiveMinimum === null && feature.exclusiveMaximum === null;
  return (column, bad) => {
    assert(column.kind === 'number', 'a numeric feature was given a numeric column');
    const { values, present } = column;
    let out = values;
    for (let at = 0; at < values.length; at++) {
      const row = width === 1 ? at : Math.floor(at / width);
      const value = values[at] as number;
      if (present !== null && present[row] === 0) {
        if (fill === null) bad.add(row);
        if (out === values) out = values.slice();
        out[at] = fill ?? Number.NaN;
        continue;
      }
      // The comparison is false for NaN, and for the infinities by the second half: the common case costs two tests.
      if (simple && value >= low && value <= high && value - value === 0) continue;
      if (numberRule(feature, value) !== null) bad.add(row);
    }
    return out;
  };
}

function textCheck(feature: Feature): ColumnCheck {
  const categories = feature.enum === null ? null : new Set(feature.enum);
  const fill = textFill(feature);
  const blank = blankIsMissing(feature);
  return (column, bad) => {
    assert(column.kind === 'text', 'a text feature was given a text column');
    return Array.from(column.values, (value, row) => {
      if (value === null || value === undefined || (blank && value === '')) {
        if (fill === null) bad.add(row);
        return fill ?? '';
      }
      const isText = typeof value === 'string';
      if (!isText || textRule(feature, categories, value) !== null) bad.add(row);
      return isText ? value : '';
    });
  };
}

/** The caller's column of a feature in the one form that the checks read. */
function columnOf(columns: Columns, feature: Feature): FeatureColumn {
  const input = Object.hasOwn(columns, feature.name) ? columns[feature.name] : undefined;
  if (input === undefined) {
    const meant = nearest(feature.name, Object.keys(columns));
    throw fail('COLUMNS_INVALID', {
      message: `There is no column ${JSON.stringify(feature.name)}.`,
      where: feature.name,
      hint: meant === null ? undefined : `Did you mean to name the column ${JSON.stringify(meant)} so?`,
    });
  }
  return asFeatureColumn(feature, input);
}

function asFeatureColumn(feature: Feature, input: unknown): FeatureColumn {
  const width = widthOf(feature);
  if (Array.isArray(input)) {
    return feature.type === 'string' ? { kind: 'text', values: input } : numbersOf(feature, input, width);
  }
  if (!ArrayBuffer.isView(input)) return checkedColumn(feature, input, width);
  if (feature.type === 'string') throw wrongKind(feature, 'numbers');
  if (input instanceof Float64Array) return { kind: 'number', values: input, width, present: null };
  // A DataView has no elements, and a 64-bit integer may have no float64.
  if (!('length' in input) || input instanceof BigInt64Array || input instanceof BigUint64Array) {
    throw wrongKind(feature, `a ${input.constructor.name}`);
  }
  return { kind: 'number', values: Float64Array.from(input as Float32Array), width, present: null };
}

/**
 * Plain JavaScript values: null is missing, and an array is missing where all its values are. A value of another type
 * has to refuse its row, as it would in a record; NaN does that in a column of numbers, since no contract accepts it.
 */
function numbersOf(feature: Feature, input: readonly unknown[], width: number): FeatureColumn {
  const values = new Float64Array(input.length);
  const present = new Uint8Array(Math.ceil(input.length / width));
  const type = feature.type === 'boolean' ? 'boolean' : 'number';
  // By index: the methods of arrays leave holes out.
  for (let at = 0; at < input.length; at++) {
    const value = input[at];
    values[at] = typeof value === type ? Number(value) : Number.NaN;
    if (value !== null && value !== undefined) present[width === 1 ? at : Math.floor(at / width)] = 1;
  }
  return { kind: 'number', values, width, present };
}

/** A column that comes in our own form is held to it, since a plain JavaScript caller has no compiler to do so. */
function checkedColumn(feature: Feature, input: unknown, width: number): FeatureColumn {
  const column = (input ?? {}) as FeatureColumn;
  if (column.kind !== 'number' && column.kind !== 'text') throw wrongKind(feature, 'no list of values');
  if ((column.kind === 'text') !== (feature.type === 'string')) throw wrongKind(feature, column.kind);
  if (column.kind === 'text') {
    if (!Array.isArray(column.values)) throw wrongKind(feature, 'no array of texts');
    return column;
  }
  const { values, present } = column;
  if (!(values instanceof Float64Array)) throw wrongKind(feature, 'no Float64Array of values');
  if (column.width !== width) throw wrongKind(feature, `${column.width} values a row`);
  if (present !== null && present.length * width !== values.length)
    throw wrongKind(feature, `${present.length} marks of presence for ${values.length / width} rows`);
  return column;
}

function commonLength(features: readonly Feature[], columns: readonly FeatureColumn[]): number {
  const lengths = columns.map((column) => column.values.length / (column.kind === 'text' ? 1 : column.width));
  const rows = lengths[0] ?? 0;
  lengths.forEach((length, index) => {
    if (!Number.isInteger(length)) {
      const { name, shape } = features[index] as Feature;
      const message = `The column ${JSON.stringify(name)} ends within an array of shape [${shape?.join(', ')}].`;
      throw fail('COLUMNS_INVALID', { message, where: name });
    }
    if (length === rows) return;
    const names = `${features[0]?.name} has ${rows} rows, ${features[index]?.name} has ${length}`;
    throw fail('COLUMNS_INVALID', { message: `The columns differ in length: ${names}.` });
  });
  return rows;
}

function wrongKind(feature: Feature, got: string): Error {
  return fail('COLUMNS_INVALID', {
    message: `The column ${JSON.stringify(feature.name)} is of type ${feature.type}, but holds ${got}.`,
    where: feature.name,
  });
}
