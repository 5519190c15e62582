import {
  type Datatype,
  type Feature,
  type InputLane,
  type Launch,
  laneStarts,
  type OutputField,
  type Session,
} from '@slipway/core';
import type { OnlineModel } from '../ports.ts';

/** A tensor as metadata shows it: -1 is the number of rows. */
export interface TensorForm {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

/** Where a feature stands in an input of the graph: its first column, and how many it takes. */
export interface FeaturePlace {
  readonly feature: Feature;
  readonly column: number;
  readonly width: number;
}

/** An input of the model's own graph, as those send it who know the file and not the contract. */
export interface GraphInput {
  readonly name: string;
  readonly places: readonly FeaturePlace[];
  /** Values a row. */
  readonly width: number;
  /** It has no dimension for the rows, so that a request is one row. */
  readonly isOneRow: boolean;
}

/** What a model takes and gives, as tensors of the protocol. */
export interface ModelTensors {
  readonly inputs: readonly TensorForm[];
  readonly outputs: readonly TensorForm[];
  readonly graphInputs: readonly GraphInput[];
}

/** Outputs that stand beside those of the contract, which cannot have their names. */
export const predictionIdTensor = 'prediction_id';
export const fallbackTensor = 'fallback';

const known = new WeakMap<OnlineModel, ModelTensors>();

/** The tensors of a model, made once for each. */
export function tensorsOf(model: OnlineModel): ModelTensors {
  const before = known.get(model);
  if (before !== undefined) return before;
  const { launch, predictor } = model;
  const made = {
    inputs: launch.input.features.map(inputForm),
    outputs: outputForms(launch, predictor.session),
    graphInputs: graphInputs(launch.input.features, predictor.session.binding.inputs),
  };
  known.set(model, made);
  return made;
}

/** Numbers are read as float64 in every pattern, so that is what the contract's inputs are called. */
function inputForm({ name, type, items, shape }: Feature): TensorForm {
  if (type === 'string') return { name, datatype: 'BYTES', shape: [-1] };
  if (type === 'boolean') return { name, datatype: 'BOOL', shape: [-1] };
  const datatype = type === 'integer' || items === 'integer' ? 'INT64' : 'FP64';
  return { name, datatype, shape: [-1, ...(shape ?? [])] };
}

function outputForms(launch: Launch, session: Session): readonly TensorForm[] {
  const starts = laneStarts(launch.output);
  const forms = launch.output.fields.map((field): TensorForm => {
    const shape = field.kind === 'vector' ? [-1, ...field.shape] : [-1];
    return { name: field.name, datatype: outputDatatype(field, starts, session), shape };
  });
  const ids: TensorForm = { name: predictionIdTensor, datatype: 'BYTES', shape: [-1] };
  const marks: TensorForm = { name: fallbackTensor, datatype: 'BYTES', shape: [-1] };
  return [...forms, ids, ...(launch.fallback === null ? [] : [marks])];
}

function outputDatatype(field: OutputField, starts: ReadonlyMap<string, number>, session: Session): Datatype {
  if (field.kind === 'decision') return 'BOOL';
  if (field.kind === 'score') {
    if (field.type === 'string') return 'BYTES';
    if (field.type === 'boolean') return 'BOOL';
    if (field.type === 'integer') return 'INT64';
  }
  const lane = session.binding.outputs[starts.get(field.name) as number];
  return lane?.type === 'float32' || lane?.type === 'float16' ? 'FP32' : 'FP64';
}

function graphInputs(features: readonly Feature[], lanes: readonly InputLane[]): readonly GraphInput[] {
  const names = [...new Set(lanes.map((lane) => lane.input))];
  return names.map((name) => {
    const places = features.flatMap((feature, index) => {
      const lane = lanes[index] as InputLane;
      return lane.input === name ? [{ feature, column: lane.column, width: lane.width }] : [];
    });
    const width = places.reduce((sum, place) => sum + place.width, 0);
    return { name, places, width, isOneRow: lanes.some((lane) => lane.input === name && lane.oneRow === true) };
  });
}
