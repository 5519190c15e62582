import { nextDown } from '../math/index.ts';
import { floatFrom, orderOf } from './float-order.ts';
import type { Lane, Program, ScaleStep, TreesStep } from './program.ts';
import type { TreeEnsemble, TreeNodes } from './tree-ensemble.ts';

/**
 * Lets trees ask about a number as it was before it was scaled. Scaling rounds twice, and each rounding keeps the order
 * of float32 numbers or makes two of them equal; so the numbers whose scaled value is at most t are all those up to
 * some number, which is found by halving the list of all float32 numbers. A missing value stays one through scaling.
 */
export function fuseTreeThresholds(program: Program): Program {
  const steps = program.steps.map((step) => (step.op === 'trees' ? fused(program, step) : step));
  return { ...program, steps };
}

/** A scaled input: what it is scaled from, and how. */
interface Scaled {
  readonly lane: Lane;
  readonly offset: number;
  readonly factor: number;
}

function fused(program: Program, step: TreesStep): TreesStep {
  const { ensemble } = step;
  if (ensemble.precision !== 'float32') return step;
  const others = askedOtherwise(ensemble);
  const scaled = step.inputs.map((lane, input) => (others.has(input) ? null : scaledAt(program, lane)));
  if (scaled.every((each) => each === null)) return step;
  const { nodes } = ensemble;
  const changed: TreeNodes = {
    ...nodes,
    threshold: nodes.threshold.slice(),
    missing: nodes.missing.slice(),
    yes: nodes.yes.slice(),
    no: nodes.no.slice(),
  };
  const known = new Map<string, number>();
  for (let node = 0; node < nodes.count; node++) {
    const input = nodes.feature[node];
    const scale = scaled[input];
    if (scale === null) continue;
    const key = `${input} ${nodes.threshold[node]}`;
    const bound = known.get(key) ?? boundOf(scale, nodes.threshold[node]);
    known.set(key, bound);
    ask(changed, node, scale.factor > 0, bound);
  }
  return {
    ...step,
    inputs: step.inputs.map((lane, input) => scaled[input]?.lane ?? lane),
    ensemble: { ...ensemble, nodes: changed },
  };
}

/** Inputs of which some node asks whether they are a number, or one of a set: several numbers may be scaled to one. */
function askedOtherwise({ nodes }: TreeEnsemble): Set<number> {
  const inputs = new Set<number>();
  for (let node = 0; node < nodes.count; node++) {
    if (nodes.equal[node] === 1 || nodes.set[node] >= 0) inputs.add(nodes.feature[node]);
  }
  return inputs;
}

function scaledAt(program: Program, lane: Lane): Scaled | null {
  const step = program.steps[lane.value];
  if (step.op !== 'scale' || step.wide || !isFloat32(program, step.inputs[lane.column])) return null;
  return usable(step, lane.column);
}

/** A factor of 0 or infinity makes numbers of numbers that are none, and the other way round. */
function usable(step: ScaleStep, column: number): Scaled | null {
  const [offset, factor] = [step.offset[column], step.factor[column]];
  if (!Number.isFinite(offset) || !Number.isFinite(factor) || factor === 0) return null;
  return { lane: step.inputs[column], offset, factor };
}

/** Whether a lane holds float32 numbers and nothing between them. */
function isFloat32(program: Program, lane: Lane): boolean {
  const step = program.steps[lane.value];
  switch (step.op) {
    case 'load':
      return step.as === 'float32';
    case 'map':
      return step.fn === 'round' && step.precision === 'float32';
    case 'impute':
      return isFloat32(program, step.inputs[lane.column]) && Math.fround(step.by[lane.column]) === step.by[lane.column];
    case 'lookup':
      return step.table.every((value) => Math.fround(value) === value);
    case 'hot':
    case 'scale':
      return true;
    default:
      return false;
  }
}

/** The largest number whose scaled value is at most `threshold`; the smallest, where the factor is negative. */
function boundOf({ offset, factor }: Scaled, threshold: number): number {
  const holds = (x: number) => Math.fround(Math.fround(x - offset) * factor) <= threshold;
  const rising = factor > 0;
  // Of the two ends of the list, this one always holds: it is scaled to -infinity.
  let inside = orderOf(rising ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  let outside = orderOf(rising ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY);
  if (holds(floatFrom(outside))) return floatFrom(outside);
  while (Math.abs(outside - inside) > 1) {
    const middle = Math.trunc((inside + outside) / 2);
    if (holds(floatFrom(middle))) inside = middle;
    else outside = middle;
  }
  return floatFrom(inside);
}

function ask(nodes: TreeNodes, node: number, rising: boolean, bound: number): void {
  if (rising) {
    nodes.threshold[node] = bound;
    return;
  }
  if (bound === Number.NEGATIVE_INFINITY) {
    // Every number is scaled to one that is small enough.
    nodes.threshold[node] = Number.POSITIVE_INFINITY;
    return;
  }
  // From the bound on the answer is yes, so up to the number below it is no.
  const [yes, no] = [nodes.yes[node], nodes.no[node]];
  nodes.threshold[node] = nextDown(bound);
  nodes.yes[node] = no;
  nodes.no[node] = yes;
  nodes.missing[node] = 1 - nodes.missing[node];
}
