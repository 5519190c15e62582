import { type Feature, shapeWidth, widthOf } from '../contract/index.ts';
import type { InputLane, ModelSignature, TensorSpec } from '../model/index.ts';
import { mismatch, quoted, unknownName } from './mismatch.ts';

/**
 * Where each feature enters the model: one `[N, F]` input takes the features side by side in contract order, one
 * input of another shape takes the only feature, and several inputs take the features of their names.
 */
export function bindInputs(features: readonly Feature[], signature: ModelSignature): InputLane[] {
  const [first] = signature.inputs;
  if (signature.inputs.length === 1 && first !== undefined) {
    if (first.shape.length === 2) return bindMatrix(features, first);
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

function bindMatrix(features: readonly Feature[], spec: TensorSpec): InputLane[] {
  let column = 0;
  const lanes = features.map((feature) => {
    checkType(feature, spec);
    const width = Math.max(1, widthOf(feature));
    const lane = { input: spec.name, type: spec.type, column, width };
    column += width;
    return lane;
  });
  const wanted = spec.shape[1];
  if (typeof wanted !== 'number' || wanted === column) return lanes;
  const message = `The model's input ${quoted(spec.name)} has ${wanted} columns, the contract gives ${column}.`;
  throw mismatch(message, 'input', `List all ${wanted} features in the order in which the model was trained.`);
}

function ownInput(feature: Feature, spec: TensorSpec): InputLane {
  checkType(feature, spec);
  const width = Math.max(1, widthOf(feature));
  const sizes = spec.shape.slice(1).filter((size) => typeof size === 'number');
  const fixed = sizes.length === Math.max(0, spec.shape.length - 1);
  if (!fixed || shapeWidth(sizes) === width) return { input: spec.name, type: spec.type, column: 0, width };
  const shape = spec.shape.map((size) => size ?? '?').join(', ');
  const message = `The model's input ${quoted(spec.name)} has shape [${shape}], the feature ${width} value(s) a row.`;
  throw mismatch(message, `input.${feature.name}`, 'Correct the `shape` of the feature.');
}

/** Text and numbers never stand for each other, and an integer input would silently cut the fraction of a number. */
function checkType(feature: Feature, spec: TensorSpec): void {
  const takesText = spec.type === 'string';
  const takesFractions = spec.type.startsWith('float');
  if ((feature.type === 'string') === takesText) {
    if (takesText || takesFractions || feature.type === 'integer' || feature.type === 'boolean') return;
    // The elements of an array have no type of their own yet; the session cuts and refuses them as ONNX Runtime does.
    if (feature.type === 'array') return;
  }
  const message = `The feature is of type ${feature.type}, the model's input ${quoted(spec.name)} takes ${spec.type}.`;
  throw mismatch(message, `input.${feature.name}`, typeHint(feature, takesText));
}

function typeHint(feature: Feature, takesText: boolean): string {
  if (takesText) return 'Declare the feature as `type: string`.';
  if (feature.type === 'string') return 'Put the encoder into the model, or give the model the encoded number.';
  return 'Declare the feature as `type: integer`, or give the model a float input.';
}
