import type { Lane, Step } from '../ir/program.ts';
import type { OnnxNode, OnnxTensor } from '../onnx/types.ts';
import { refuse } from './refusal.ts';

/** An ONNX value while its graph is lowered: its columns as lanes. Rank 1 is `[N]`, rank 2 `[N, columns]`. */
export interface Tensor {
  readonly type: 'float32' | 'float64' | 'int64' | 'bool' | 'label';
  readonly rank: 1 | 2;
  readonly lanes: readonly Lane[];
  /** Of type 'label': lanes hold indexes into it. */
  readonly labels: readonly (string | number)[] | null;
}

type Unplaced<S> = S extends Step ? Omit<S, 'out'> : never;

/** What is known while lowering: tensors by name, constants, and the steps so far. */
export class Scope {
  readonly tensors = new Map<string, Tensor>();
  readonly steps: Step[] = [];
  readonly widths: number[] = [];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly opsets: ReadonlyMap<string, number>;

  constructor(initializers: ReadonlyMap<string, OnnxTensor>, opsets: ReadonlyMap<string, number>) {
    this.initializers = initializers;
    this.opsets = opsets;
  }

  /** Adds a step and answers the lanes that it makes. */
  add(step: Unplaced<Step>, width: number): Lane[] {
    const out = this.widths.push(width) - 1;
    this.steps.push({ ...step, out } as Step);
    return Array.from({ length: width }, (_, column) => ({ value: out, column }));
  }

  /** The node's input number `index`; refuses constants and what isn't there. */
  input(node: OnnxNode, index = 0): Tensor {
    const name = node.inputs[index] ?? '';
    const tensor = this.tensors.get(name);
    if (tensor !== undefined) return tensor;
    throw refuse(
      node,
      name === '' ? `input ${index} is missing` : `input ${JSON.stringify(name)} is a constant or not a table`,
    );
  }

  /** The node's input as float32 lanes: integers and booleans are rounded, as the operators of ai.onnx.ml do it. */
  float32Input(node: OnnxNode, { float64 = false } = {}): readonly Lane[] {
    const tensor = this.input(node);
    switch (tensor.type) {
      case 'float32':
        return tensor.lanes;
      case 'int64':
        return this.add({ op: 'map', fn: 'round', inputs: tensor.lanes }, tensor.lanes.length);
      case 'float64':
        if (float64) return this.add({ op: 'map', fn: 'round', inputs: tensor.lanes }, tensor.lanes.length);
        throw refuse(node, 'input is float64, which this operator computes in float64');
      default:
        throw refuse(node, `input is of type ${tensor.type}`);
    }
  }

  /** Names the node's output number `index`; an output that the node doesn't name is dropped. */
  output(node: OnnxNode, index: number, tensor: Tensor): void {
    const name = node.outputs[index] ?? '';
    if (name !== '') this.tensors.set(name, tensor);
  }
}

export function matrix(lanes: readonly Lane[], type: Tensor['type'] = 'float32'): Tensor {
  return { type, rank: 2, lanes, labels: null };
}
