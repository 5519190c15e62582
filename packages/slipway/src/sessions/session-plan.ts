import {
  type Binding,
  customOperators,
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
import { type CallSizes, callSizes } from './call-sizes.ts';

/** A model, and how feature values become its tensors: all that an ONNX Runtime session needs. Can cross threads. */
export interface SessionPlan {
  /** The ONNX file, without ZipMap. */
  readonly bytes: Uint8Array;
  readonly inputs: readonly InputPlan[];
  readonly outputs: readonly OutputLane[];
  /** Rows that a call of ONNX Runtime has. */
  readonly calls: CallSizes;
  /** True where a call is one row, and an output need not have a dimension for the rows. */
  readonly oneRow: boolean;
  /** Operators that only a library of somebody's own has, for the message where ONNX Runtime refuses the model. */
  readonly customOperators: readonly { readonly domain: string; readonly opType: string }[];
}

export interface InputPlan {
  readonly name: string;
  readonly type: TensorType;
  /** Values a row, all features of this input together. */
  readonly width: number;
  /** Sizes of one row. */
  readonly rowShape: readonly number[];
  /** True where the input has no dimension for the rows. */
  readonly oneRow: boolean;
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
  const plans = inputs.map((spec) => planInput(spec, binding.inputs));
  const rowsFixed = fixedRows(inputs, plans);
  return {
    bytes: plain === model ? bytes : encodeModel(plain),
    inputs: plans,
    outputs: binding.outputs,
    calls: callSizes(plans, binding.outputs.length, rowsFixed),
    oneRow: rowsFixed === 1,
    customOperators: customOperators(model),
  };
}

function planInput(spec: TensorSpec, lanes: readonly InputLane[]): InputPlan {
  const own = lanes.filter(({ input }) => input === spec.name);
  const parts = lanes.flatMap(({ input, column, width }, feature) =>
    input === spec.name ? [{ feature, column, width }] : [],
  );
  const width = parts.reduce((end, part) => Math.max(end, part.column + part.width), 0);
  const oneRow = spec.shape.length === 0 || own.some((lane) => lane.oneRow);
  const rowShape = own[0]?.shape ?? shapeOfWidth(spec, oneRow ? spec.shape : spec.shape.slice(1), width);
  return { name: spec.name, type: spec.type, width, rowShape, oneRow, parts };
}

/** Where the binding does not tell the sizes of a row: one that varies takes what is left over. */
function shapeOfWidth(spec: TensorSpec, sizes: TensorSpec['shape'], width: number): number[] {
  const known = sizes.reduce<number>((product, size) => product * (typeof size === 'number' ? size : 1), 1);
  const open = sizes.filter((size) => typeof size !== 'number').length;
  const left = width / known;
  if (open > 1 ? width !== 1 : !Number.isInteger(left) || (open === 0 && left !== 1)) {
    const shape = spec.shape.map((size) => size ?? '?').join(', ');
    throw fail('ARTIFACT_UNSUPPORTED', {
      message: `A row of ${width} value(s) doesn't tell the shape of the model's input of shape [${shape}].`,
      where: `input ${spec.name}`,
      hint: 'Declare the feature as `type: array` with the `shape` of one row.',
    });
  }
  return sizes.map((size) => (typeof size === 'number' ? size : open > 1 ? 1 : left));
}

/** Rows that every call must have, or null where any number will do. */
function fixedRows(specs: readonly TensorSpec[], plans: readonly InputPlan[]): number | null {
  const sizes = new Set(specs.map(({ shape }, index) => (plans[index]?.oneRow ? 1 : shape[0])));
  const fixed = [...sizes].filter((size) => typeof size === 'number');
  if (fixed.length < 2) return fixed[0] ?? null;
  throw fail('ARTIFACT_UNSUPPORTED', {
    message: `The model's inputs want different numbers of rows: ${fixed.join(', ')}.`,
    where: 'inputs',
  });
}
