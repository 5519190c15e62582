import { type Feature, type FeatureColumn, type Tensor, tensorFault, widthOf } from '@slipway/core';

/** Where the values of a feature stand in a tensor. */
export interface TensorPlace {
  readonly rows: number;
  /** Values a row of the tensor. */
  readonly rowWidth: number;
  readonly column: number;
  readonly width: number;
  /** Other features stand beside it, so that the datatype may be one that is wide enough for all of them. */
  readonly isShared: boolean;
  /** The tensor's numbers; null where it holds texts. */
  readonly doubles: Float64Array | null;
}

/**
 * The column of one feature out of a tensor. A null, which JSON alone has, is a missing value, and so is NaN, since
 * binary floats have no other. Raises TENSOR_INVALID where the datatype is none for the feature.
 */
export function asFeatureColumn(tensor: Tensor, feature: Feature, place: TensorPlace): FeatureColumn {
  expectDatatypeFor(feature, tensor, place.isShared);
  return place.doubles === null ? textColumn(tensor, place) : numberColumn(place.doubles, place);
}

/** A feature that no tensor holds: every value of it is missing. */
export function missingColumn(feature: Feature, rows: number): FeatureColumn {
  if (feature.type === 'string') return { kind: 'text', values: new Array<null>(rows).fill(null) };
  const width = widthOf(feature);
  return {
    kind: 'number',
    values: new Float64Array(rows * width).fill(Number.NaN),
    width,
    present: new Uint8Array(rows),
  };
}

/** The values of the unit or of a context field. An integer that no double holds is kept as text. */
export function asScalars(tensor: Tensor, rows: number): (number | string | boolean | null)[] {
  const { name, datatype, values, nulls } = tensor;
  return Array.from({ length: rows }, (_, row) => {
    const value = values[row] as number | bigint | string;
    if (nulls?.[row] === 1 || Number.isNaN(value)) return null;
    if (typeof value === 'string') return value;
    if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    if (!Number.isFinite(value)) throw tensorFault(name, `element ${row} is ${value}, not a finite number`);
    return datatype === 'BOOL' ? value === 1 : value;
  });
}

/** The elements as doubles. Raises TENSOR_INVALID for an integer that no double holds: nothing is rounded unsaid. */
export function asDoubles({ name, values, nulls }: Tensor): Float64Array {
  const doubles = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number | bigint;
    const double = Number(value);
    if (typeof value === 'bigint' && BigInt(double) !== value) {
      const hint = 'Numbers of a record are read as float64, exact for integers up to 2^53.';
      throw tensorFault(name, `element ${at} is ${value}, which cannot be told from its neighbours`, hint);
    }
    doubles[at] = nulls?.[at] === 1 ? Number.NaN : double;
  }
  return doubles;
}

function expectDatatypeFor(feature: Feature, { name, datatype }: Tensor, isShared: boolean): void {
  const isText = datatype === 'BYTES';
  const isFlag = datatype === 'BOOL';
  const fits =
    feature.type === 'string'
      ? isText
      : feature.type === 'boolean'
        ? isFlag || (isShared && !isText)
        : !isText && !isFlag;
  if (fits) return;
  const takes = feature.type === 'string' ? 'BYTES' : feature.type === 'boolean' ? 'BOOL' : 'a number';
  throw tensorFault(name, `the datatype is ${datatype}; the feature ${JSON.stringify(feature.name)} takes ${takes}`);
}

function numberColumn(doubles: Float64Array, place: TensorPlace): FeatureColumn {
  const { rows, rowWidth, column, width } = place;
  // A tensor of its own is the column as it stands.
  const values = rowWidth === width ? doubles : new Float64Array(rows * width);
  let present: Uint8Array | null = null;
  for (let row = 0; row < rows; row++) {
    let given = 0;
    for (let k = 0; k < width; k++) {
      const value = doubles[row * rowWidth + column + k] as number;
      values[row * width + k] = value;
      if (!Number.isNaN(value)) given += 1;
    }
    if (given > 0 || width === 0) continue;
    present ??= new Uint8Array(rows).fill(1);
    present[row] = 0;
  }
  return { kind: 'number', values, width: Math.max(1, width), present };
}

function textColumn({ values, nulls }: Tensor, { rows, rowWidth, column }: TensorPlace): FeatureColumn {
  const texts = values as readonly string[];
  return {
    kind: 'text',
    values: Array.from({ length: rows }, (_, row) => {
      const at = row * rowWidth + column;
      return nulls?.[at] === 1 ? null : (texts[at] as string);
    }),
  };
}
