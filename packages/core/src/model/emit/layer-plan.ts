import { isWhole } from '../ir/fuse-dense.ts';
import { type DenseStep, inputsOf, type Lane, type Program } from '../ir/program.ts';
import { panelWidths } from '../math/layer-kernel.ts';
import { blockRows } from '../trees/emitted-trees.ts';

/** Where the numbers of a layer stand in the array of its kernel, and what the kernel is told; see `LayerKernel`. */
export interface LayerPlan {
  readonly precision: 'float32' | 'float64';
  /** Inputs of a block's rows, one row behind the other; the sums of the layer before where `chained`. */
  readonly x: number;
  readonly xStride: number;
  readonly chained: boolean;
  readonly w: number;
  readonly b: number;
  /** Sums of a block's rows. */
  readonly s: number;
  readonly inputs: number;
  /** With those that fill up the last panel. */
  readonly outputs: number;
}

export interface LayerPlans {
  readonly of: ReadonlyMap<number, LayerPlan>;
  /** Numbers that the kernel of each precision holds. */
  readonly lengths: { readonly float32: number; readonly float64: number };
  /** Outputs of each layer that other steps than the next layer read. */
  readonly read: ReadonlyMap<number, ReadonlySet<number>>;
}

/** Lays out the layers of a program. A layer reads the sums of another where those are just its inputs. */
export function planLayers(program: Program): LayerPlans {
  const plans = new Map<number, LayerPlan>();
  const read = new Map<number, Set<number>>();
  const lengths = { float32: 0, float64: 0 };
  const note = ({ value, column }: Lane) => {
    if (plans.has(value)) read.set(value, (read.get(value) ?? new Set()).add(column));
  };
  for (const step of program.steps) {
    const before = step.op === 'dense' ? plans.get(layerBefore(program, step) ?? -1) : undefined;
    const follows = step.op === 'dense' && before?.precision === precisionOf(step);
    if (!follows) for (const lane of inputsOf(step)) note(lane);
    if (step.op === 'dense') plans.set(step.out, planOf(step, lengths, follows ? (before ?? null) : null));
  }
  for (const { lane } of program.outputs) note(lane);
  return { of: plans, lengths, read };
}

function layerBefore(program: Program, { inputs }: DenseStep): number | null {
  const [first] = inputs;
  return first !== undefined && isWhole(program, first.value, inputs) ? first.value : null;
}

function planOf(step: DenseStep, lengths: { float32: number; float64: number }, before: LayerPlan | null): LayerPlan {
  const precision = precisionOf(step);
  const panel = panelWidths[precision];
  const inputs = step.source?.from.length ?? step.inputs.length;
  const outputs = Math.ceil(step.weights.length / inputs / panel) * panel;
  const place = (count: number) => {
    const start = lengths[precision];
    lengths[precision] += Math.ceil(count / panel) * panel;
    return start;
  };
  return {
    precision,
    inputs,
    outputs,
    w: place(inputs * outputs),
    b: place(outputs),
    s: place(blockRows * outputs),
    chained: before !== null,
    x: before?.s ?? place(blockRows * inputs),
    xStride: before?.outputs ?? inputs,
  };
}

function precisionOf({ weights }: DenseStep): 'float32' | 'float64' {
  return weights instanceof Float32Array ? 'float32' : 'float64';
}

/** Weights as the kernel reads them: panel after panel of outputs, in each input after input; filled up with 0. */
export function laidWeights(
  { weights }: DenseStep,
  { inputs, outputs, precision }: LayerPlan,
): Float32Array | Float64Array {
  const panel = panelWidths[precision];
  const laid = precision === 'float32' ? new Float32Array(inputs * outputs) : new Float64Array(inputs * outputs);
  for (let output = 0; output < weights.length / inputs; output++) {
    const start = (output - (output % panel)) * inputs + (output % panel);
    for (let k = 0; k < inputs; k++) laid[start + k * panel] = weights[output * inputs + k];
  }
  return laid;
}
