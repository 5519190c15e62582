import {
  type Binding,
  type FeatureBatch,
  type InputLane,
  type OnnxModel,
  type OutputLane,
  readSignature,
  type TensorSpec,
} from '@slipway/core';
import type { Random } from './random.ts';

/** All of a model: one feature for each column of its inputs, one lane for each column of its outputs. */
export function wholeBinding(model: OnnxModel): Binding {
  const { inputs, outputs } = readSignature(model);
  return {
    inputs: inputs.flatMap(columnLanes),
    outputs: outputs.flatMap(({ name, type, width, classes, isLabel }) =>
      Array.from(
        { length: width ?? 1 },
        (_, column): OutputLane => ({
          output: name,
          column,
          type,
          labels: isLabel ? classes : null,
        }),
      ),
    ),
  };
}

function columnLanes({ name, type, shape }: TensorSpec): InputLane[] {
  const width = shape.slice(1).reduce<number>((product, size) => product * (typeof size === 'number' ? size : 1), 1);
  return Array.from({ length: width }, (_, column) => ({ input: name, type, column, width: 1 }));
}

export interface BatchOptions {
  readonly rows: number;
  /** How often a number is missing. */
  readonly missing?: number;
  /** What text features hold. */
  readonly texts?: readonly string[];
}

/** Standard normal numbers, and texts of a list, as a session takes them. */
export function randomBatch(binding: Binding, random: Random, options: BatchOptions): FeatureBatch {
  const { rows, missing = 0, texts = [''] } = options;
  const number = () => (random.next() < missing ? Number.NaN : random.normal());
  return {
    rows,
    columns: binding.inputs.map(({ type, width }) =>
      type === 'string'
        ? Array.from({ length: rows }, () => random.pick(texts))
        : Float64Array.from({ length: rows * width }, number),
    ),
  };
}

/** Rows `from` to `to` of a batch, as arrays of their own. */
export function rowsOf(batch: FeatureBatch, binding: Binding, from: number, to: number): FeatureBatch {
  const columns = batch.columns.map((column, feature) => {
    const width = binding.inputs[feature]?.width ?? 1;
    return column.slice(from * width, to * width);
  });
  return { rows: to - from, columns };
}
