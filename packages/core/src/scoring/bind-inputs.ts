import { type Feature, widthOf } from '../contract/index.ts';
import type { InputLane, ModelSignature, TensorSpec } from '../model/index.ts';
import { checkInputType } from './input-type.ts';
import { mismatch, quoted, unknownName } from './mismatch.ts';
import { type RowForm, rowForm } from './row-form.ts';

/**
 * Where each feature enters the model: one `[N, F]` input (or `[F]`, which takes a row a call) takes the features side
 * by side in contract order, one input of another shape takes the only feature, and several inputs take the features of
 * their names.
 */
export function bindInputs(features: readonly Feature[], signature: ModelSignature): InputLane[] {
  const [first] = signature.inputs;
  if (signature.inputs.length === 1 && first !== undefined) {
    const form = features.length === 1 ? rowForm(features[0]?.shape ?? [], first.shape) : null;
    if (form !== null && first.shape.length !== 2) return features.map((feature) => ownInput(feature, first));
    if (form?.oneRow === true) return features.map((feature) => ownInput(feature, first));
    if (first.shape.length === 2) return bindSideBySide(features, first, false);
    if (first.shape.length === 1 && features.length > 1) return bindSideBySide(features, first, true);
    if (features.length === 1) return features.map((feature) => ownInput(feature, first));
  }
  const names = signature.inputs.map((spec) => spec.name);
  const lanes = features.map((feature) => {
    const spec = signature.inputs.find((candidate) => candidate.name === feature.name);
    if (spec === undefined) throw unknownName('input', feature.name, names, `input.${feature.name}`);
    return ownInput(feature, spec);
  });
  const unfed = names.find((name) => !features.some((feature) => feature.name === name));
  if (unfed === undefined) return lanes;
  throw mismatch(`No feature feeds the model's input ${quoted(unfed)}.`, 'input', `Add a feature ${quoted(unfed)}.`);
}

function bindSideBySide(features: readonly Feature[], spec: TensorSpec, oneRow: boolean): InputLane[] {
  let column = 0;
  const lanes = features.map((feature): InputLane => {
    checkInputType(feature, spec);
    const width = Math.max(1, widthOf(feature));
    const lane = { input: spec.name, type: spec.type, column, width };
    column += width;
    return oneRow ? { ...lane, oneRow } : lane;
  });
  const wanted = spec.shape[spec.shape.length - 1];
  if (typeof wanted !== 'number' || wanted === column) return lanes;
  const message = `The model's input ${quoted(spec.name)} has ${wanted} columns, the contract gives ${column}.`;
  throw mismatch(message, 'input', `List all ${wanted} features in the order in which the model was trained.`);
}

function ownInput(feature: Feature, spec: TensorSpec): InputLane {
  checkInputType(feature, spec);
  const form = rowForm(feature.shape ?? [], spec.shape);
  if (form === null) throw shapeMismatch(feature, spec);
  const lane = { input: spec.name, type: spec.type, column: 0, width: Math.max(1, widthOf(feature)) };
  return { ...lane, ...shapeOf(form, spec), ...(form.oneRow ? { oneRow: true as const } : {}) };
}

/** Told only where the model's own declaration does not say it. */
function shapeOf({ shape, oneRow }: RowForm, spec: TensorSpec): { shape?: readonly number[] } {
  const declared = oneRow ? spec.shape : spec.shape.slice(1);
  return declared.every((size) => typeof size === 'number') ? {} : { shape };
}

function shapeMismatch(feature: Feature, spec: TensorSpec): Error {
  const sizes = (shape: TensorSpec['shape']) => `[${shape.map((size) => size ?? '?').join(', ')}]`;
  const given = feature.shape === null ? 'one value a row' : `shape ${sizes(feature.shape)} a row`;
  const message = `The model's input ${quoted(spec.name)} has shape ${sizes(spec.shape)}, the feature ${given}.`;
  const row = sizes(spec.shape.slice(1));
  const hint =
    spec.type === 'string'
      ? 'A text feature is one text a row: give the model an input of shape [N, 1] for each.'
      : `Declare the feature as \`type: array\` with the \`shape\` of one row: ${row}, with a number for each open size.`;
  return mismatch(message, `input.${feature.name}`, hint);
}
