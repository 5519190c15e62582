import {
  type Binding,
  encodeModel,
  fail,
  type InputLane,
  type ModelSignature,
  type OnnxModel,
  type OutputLane,
  readSignature,
  type TensorSpec,
  type TensorType,
  withoutZipMap,
} from '@slipway/core';

/** A model, and how feature values become its tensors: all that an ONNX Runtime session needs. Can cross threads. */
export interface SessionPlan {
  /** The ONNX file, without ZipMap. */
  readonly bytes: Uint8Array;
  readonly inputs: readonly InputPlan[];
  readonly outputs: readonly OutputLane[];
  /** Rows that every call must have, where the model fixes its first dimension; null where any number will do. */
  readonly rowsPerCall: number | null;
}

export interface InputPlan {
  readonly name: string;
  readonly type: TensorType;
  /** Values a row, all features of this input together. */
  readonly width: number;
  /** Of one row; null for a scalar, which has no dimension for the rows. */
  readonly rowShape: readonly number[] | null;
  readonly parts: readonly InputPart[];
}

/** One feature's place among the values of a row. */
export interface InputPart {
  readonly feature: number;
  readonly column: number;
  readonly width: number;
}

export interface PlanOptions {
  /** The artifact as it was read. */
  readonly bytes: Uint8Array;
  readonly model: OnnxModel;
  readonly signature?: ModelSignature | undefined;
  readonly binding: Binding;
}

/** Raises ARTIFACT_UNSUPPORTED where the model's shapes leave open how a row should enter. */
export function planSession({ bytes, model, signature, binding }: PlanOptions): SessionPlan {
  const plain = withoutZipMap(model);
  const { inputs } = signature ?? readSignature(model);
  return {
    bytes: plain === model ? bytes : encodeModel(plain),
    inputs: inputs.map((spec) => planInput(spec, binding.inputs)),
    outputs: binding.outputs,
    rowsPerCall: fixedRows(inputs),
  };
}

function planInput(spec: TensorSpec, lanes: readonly InputLane[]): InputPlan {
  const parts = lanes.flatMap(({ input, column, width }, feature) =>
    input === spec.name ? [{ feature, column, width }] : [],
  );
  const width = parts.reduce((end, part) => Math.max(end, part.column + part.width), 0);
  return { name: spec.name, type: spec.type, width, rowShape: rowShape(spec, width), parts };
}

/** The dimensions after the rows. One that varies takes the size that is left over. */
function rowShape(spec: TensorSpec, width: number): number[] | null {
  if (spec.shape.length === 0) return null;
  const sizes = spec.shape.slice(1);
  const known = sizes.reduce<number>((product, size) => product * (typeof size === 'number' ? size : 1), 1);
  const open = sizes.filter((size) => typeof size !== 'number').length;
  const left = width / known;
  if (open > 1 ? width !== 1 : !Number.isInteger(left) || (open === 0 && left !== 1)) {
    const shape = spec.shape.map((size) => size ?? '?').join(', ');
    throw fail('ARTIFACT_UNSUPPORTED', {
      message: `A row of ${width} value(s) doesn't tell the shape of the model's input of shape [${shape}].`,
      where: `input ${spec.name}`,
      hint: 'Export the model with fixed dimensions after the first.',
    });
  }
  return sizes.map((size) => (typeof size === 'number' ? size : open > 1 ? 1 : left));
}

function fixedRows(inputs: readonly TensorSpec[]): number | null {
  const sizes = new Set(inputs.map(({ shape }) => (shape.length === 0 ? 1 : shape[0])));
  const fixed = [...sizes].filter((size) => typeof size === 'number');
  if (fixed.length < 2) return fixed[0] ?? null;
  throw fail('ARTIFACT_UNSUPPORTED', {
    message: `The model's inputs want different numbers of rows: ${fixed.join(', ')}.`,
    where: 'inputs',
  });
}
