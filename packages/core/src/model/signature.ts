import { fail } from '../errors/index.ts';
import { typeText } from './onnx/type-text.ts';
import type { OnnxModel, OnnxNode, OnnxValueInfo } from './onnx/types.ts';
import { withoutZipMap } from './onnx/without-zip-map.ts';
import type { ModelSignature, OutputSpec, TensorSpec } from './session.ts';
import { type ClassTrace, traceClasses } from './trace-classes.ts';

/**
 * What the model takes and gives. Classes are traced from an output back to the classifier that made it; a ZipMap's
 * output is the scores behind it. Outputs that are no plain tensors (lists, maps) are left out. Raises
 * ARTIFACT_UNSUPPORTED where an input is none that a session can feed, or no output is a tensor.
 */
export function readSignature(model: OnnxModel): ModelSignature {
  const trace = traceClasses(model.graph);
  const { inputs, outputs, nodes } = withoutZipMap(model).graph;
  const targets = targetsByOutput(nodes);
  const specs = outputs.flatMap((output) =>
    outputSpec(withTargets(output, targets.get(output.name)), trace.get(output.name)),
  );
  if (specs.length === 0) {
    const names = outputs.map((output) => `${JSON.stringify(output.name)}, ${typeText(output)}`).join('; ');
    throw fail('ARTIFACT_UNSUPPORTED', {
      message: `No output of the model is a tensor of numbers, booleans or text; it gives ${names}.`,
      hint: castHint,
    });
  }
  const unread = outputs.flatMap((output) =>
    output.type === null ? [{ name: output.name, what: typeText(output) }] : [],
  );
  const read = { inputs: inputs.map((input) => inputSpec(input, inputs.length)), outputs: specs };
  return unread.length === 0 ? read : { ...read, unread };
}

const castHint =
  'Export the model with plain tensors: Cast bfloat16 to float32 at its inputs and outputs, give the parts of a complex number as two floats, and a list as one tensor.';

function inputSpec(input: OnnxValueInfo, count: number): TensorSpec {
  const { name, type, shape } = input;
  if (type === null) {
    const message = `The model's input ${JSON.stringify(name)} is ${typeText(input)}; a session takes tensors of numbers, booleans or text.`;
    throw fail('ARTIFACT_UNSUPPORTED', { message, where: `input ${name}`, hint: castHint });
  }
  // Without a declared shape: one input is a matrix, several are a column each.
  return { name, type, shape: shape ?? [null, count === 1 ? null : 1] };
}

function outputSpec(output: OnnxValueInfo, trace: ClassTrace | undefined): OutputSpec[] {
  const { name, type } = output;
  if (type === null) return [];
  const isLabel = trace?.isLabel ?? false;
  const declared = declaredWidth(output.shape);
  const width = isLabel ? 1 : (declared ?? trace?.classes?.length ?? null);
  const fits = isLabel || declared === null || declared === trace?.classes?.length;
  const shape = output.shape ?? (isLabel ? [null] : [null, width]);
  return [{ name, type, shape, width, classes: fits ? (trace?.classes ?? null) : null, isLabel }];
}

/** How many values a row a regressor gives, by the name of its output, where it says so. */
function targetsByOutput(nodes: readonly OnnxNode[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { opType, attributes, outputs } of nodes) {
    const targets = attributes.get(opType === 'LinearRegressor' ? 'targets' : 'n_targets');
    if (targets?.type === 'int' && outputs[0] !== undefined) found.set(outputs[0], Number(targets.value));
  }
  return found;
}

/** skl2onnx declares one column for a forest of several targets. ONNX Runtime gives all, and so do we. */
function withTargets(output: OnnxValueInfo, targets: number | undefined): OnnxValueInfo {
  const { shape } = output;
  return targets !== undefined && targets > 1 && shape?.length === 2
    ? { ...output, shape: [shape[0] ?? null, targets] }
    : output;
}

/** Values a row: the product of all dimensions but the first. Null where one varies or none are declared. */
function declaredWidth(shape: OnnxValueInfo['shape']): number | null {
  if (shape === null) return null;
  let width = 1;
  for (const size of shape.slice(1)) {
    if (typeof size !== 'number') return null;
    width *= size;
  }
  return width;
}
