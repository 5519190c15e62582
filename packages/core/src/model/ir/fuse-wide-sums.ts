import type { LinearStep, Program, ScaleStep, Step, WideLinearStep } from './program.ts';
import { prune } from './prune.ts';

/** Inputs up to which a sum is written out, term by term. */
const writtenOutMax = 12;

/** Outputs beyond which a sum is a layer of a network, which runs row by row. */
const outputsMax = 8;

/**
 * Joins wide sums with the loading and scaling of their inputs to one step that runs as a loop: written out, a model
 * of hundreds of columns would be more code than engines optimise. The arithmetic stays the same.
 */
export function fuseWideSums(program: Program): Program {
  const steps = program.steps.map((step) => (step.op === 'linear' ? (fused(program, step) ?? step) : step));
  return steps.some((step) => step.op === 'wideLinear') ? prune({ ...program, steps }) : program;
}

function fused(program: Program, step: LinearStep): WideLinearStep | null {
  if (step.inputs.length <= writtenOutMax || step.weights.length > outputsMax * step.inputs.length) return null;
  const direct = sourcesOf(program, step);
  const { out, weights, bias } = step;
  if (!(weights instanceof Float32Array) || bias instanceof Float64Array) return null;
  if (direct !== null) return { op: 'wideLinear', out, from: direct, offset: null, factor: null, weights, bias };
  const scales = step.inputs.map((lane) => program.steps[lane.value]);
  const [scale] = scales;
  if (scale?.op !== 'scale' || scale.wide || scales.some((other) => other !== scale)) return null;
  const from = sourcesOf(program, scale);
  if (from === null) return null;
  const pick = (values: Float32Array) => Float32Array.from(step.inputs, ({ column }) => values[column]);
  const sources = step.inputs.map(({ column }) => from[column]);
  return {
    op: 'wideLinear',
    out,
    from: sources,
    offset: pick(scale.offset),
    factor: pick(scale.factor),
    weights,
    bias,
  };
}

/** Where the inputs of a step are features as float32, the features. */
function sourcesOf(program: Program, step: LinearStep | ScaleStep): WideLinearStep['from'] | null {
  const sources = step.inputs.map((lane) => {
    const source: Step = program.steps[lane.value];
    return source.op === 'load' && source.as === 'float32' ? source.from[lane.column] : null;
  });
  return sources.every((source) => source !== null) ? sources : null;
}
