import type { Lane, Step } from '../ir/program.ts';
import type { OnnxNode, OnnxTensor } from '../onnx/types.ts';
import { Constants } from './constants.ts';
import { Ranges } from './ranges.ts';
import { Refusal, refuse } from './refusal.ts';
import { checkSizes, countOf, type LabelTensor, type NumberTensor, type Tensor } from './tensor.ts';

type Unplaced<S> = S extends Step ? Omit<S, 'out'> : never;
export type NewStep = Unplaced<Step>;

/** Beyond this many values a constant is no operand of single numbers; operators that take tables read it as a whole. */
const constantLanesMax = 65_536;

/** Elements of all values together beyond which lowering would take more memory and time than a model is worth. */
const elementsOfAllMax = 2 ** 21;

/** Values of a constant. `rows` stands for the number of rows, which no compiled program knows. */
export interface Constant {
  readonly type: OnnxTensor['type'];
  readonly dims: readonly number[];
  readonly values: readonly (number | string | 'rows')[];
}

/** What is known while lowering: tensors by name, constants, and the steps so far. */
export class Scope {
  readonly tensors = new Map<string, Tensor>();
  readonly steps: Step[] = [];
  readonly widths: number[] = [];
  /** Initializers, and the values of Constant nodes, by name. */
  readonly initializers: Map<string, OnnxTensor>;
  readonly opsets: ReadonlyMap<string, number>;
  readonly ranges = new Ranges(this.steps);
  readonly #constants: Constants;
  readonly #tables = new Set<LabelTensor['labels']>();
  #elements = 0;

  constructor(initializers: ReadonlyMap<string, OnnxTensor>, opsets: ReadonlyMap<string, number>) {
    this.initializers = new Map(initializers);
    this.opsets = opsets;
    this.#constants = new Constants(this.steps);
  }

  /** The version of the default domain's operators. */
  get opset(): number {
    return this.opsets.get('') ?? this.opsets.get('ai.onnx') ?? 1;
  }

  /** Adds a step and answers the lanes that it makes. A step over constants is computed here and now. */
  add(step: NewStep, width: number): Lane[] {
    this.#spend(width);
    const out = this.widths.push(width) - 1;
    this.steps.push(this.#constants.folded({ ...step, out } as Step, width));
    this.ranges.learn(out, width);
    return Array.from({ length: width }, (_, column) => ({ value: out, column }));
  }

  constantLanes(values: readonly number[]): Lane[] {
    return this.add({ op: 'constant', values }, values.length);
  }

  /** The number that the lane holds for every row, or null. */
  valueOf(lane: Lane): number | null {
    return this.#constants.valueOf(lane);
  }

  /** A lane that stands for the number of rows: a shape may hold it, nothing computes with it. */
  rowCount(): Lane {
    return this.#constants.rowCount(this.constantLanes([Number.NaN])[0]);
  }

  isRowCount(lane: Lane): boolean {
    return this.#constants.isRowCount(lane);
  }

  has(node: OnnxNode, index: number): boolean {
    return (node.inputs[index] ?? '') !== '';
  }

  /** The node's input number `index`; a constant becomes lanes. */
  input(node: OnnxNode, index = 0): Tensor {
    const name = node.inputs[index] ?? '';
    const tensor = this.tensors.get(name);
    if (tensor !== undefined) return tensor;
    const stored = this.initializers.get(name);
    if (stored !== undefined) return this.#asLanes(node, name, stored);
    throw refuse(node, name === '' ? `input ${index} is missing` : `input ${JSON.stringify(name)} is not computed`);
  }

  /** The node's input as numbers: labels that are numbers are looked up. */
  numbers(node: OnnxNode, index = 0): NumberTensor {
    const tensor = this.input(node, index);
    if (tensor.type === 'text') throw refuse(node, 'input is text');
    return tensor.type === 'label' ? this.#decoded(node, tensor) : tensor;
  }

  /** The values of the node's input where they are known without a row; null where they are not. */
  constant(node: OnnxNode, index: number): Constant | null {
    const stored = this.initializers.get(node.inputs[index] ?? '');
    if (stored !== undefined) refuseLargeIntegers(node, stored);
    return this.#known(node, index);
  }

  #known(node: OnnxNode, index: number): Constant | null {
    const name = node.inputs[index] ?? '';
    const stored = this.initializers.get(name);
    if (stored !== undefined) return { type: stored.type, dims: stored.dims, values: valuesOf(stored) };
    const tensor = this.tensors.get(name);
    if (tensor === undefined || tensor.type === 'text' || tensor.dims.includes(null)) return null;
    const values = tensor.lanes.map((lane) => (this.isRowCount(lane) ? 'rows' : this.valueOf(lane)));
    if (values.some((value) => value === null)) return null;
    const known = values as readonly (number | 'rows')[];
    const dims = tensor.dims as readonly number[];
    if (tensor.type !== 'label') return { type: tensor.type, dims, values: known };
    const { labels } = tensor;
    const type = labels.every((label) => typeof label === 'number') ? 'int64' : 'string';
    return { type, dims, values: known.map((at) => labels[Number(at)] ?? '') };
  }

  /**
   * Constant integers, as shapes, axes and indexes are given; refuses what is not known without a row. Those beyond 2^53
   * are rounded: as the end of a slice they say no more than 'all', and nothing else is so large.
   */
  integers(node: OnnxNode, index: number, what: string): readonly (number | 'rows')[] {
    const found = this.#known(node, index);
    if (found === null) throw refuse(node, `${what} depend on the row`);
    if (found.type !== 'int64' && found.type !== 'int32') throw refuse(node, `${what} are of type ${found.type}`);
    return found.values as readonly (number | 'rows')[];
  }

  /** The node's input as float32 lanes: integers and booleans are rounded, as the operators of ai.onnx.ml do it. */
  float32Input(node: OnnxNode, { float64 = false } = {}): readonly Lane[] {
    const tensor = this.numbers(node);
    const { type, lanes } = tensor;
    if (type === 'float32' || type === 'bool') return lanes;
    if (type === 'float64' && !float64) throw refuse(node, 'input is float64, which this operator computes in float64');
    return this.add({ op: 'map', fn: 'round', precision: 'float32', inputs: lanes }, lanes.length);
  }

  /** Names the node's output number `index`; an output that the node doesn't name is dropped. */
  output(node: OnnxNode, index: number, tensor: Tensor): void {
    checkSizes(tensor.dims);
    this.#spend(countOf(tensor.dims));
    if (tensor.type === 'label') this.#spendTable(tensor.labels);
    const name = node.outputs[index] ?? '';
    if (name !== '') this.tensors.set(name, tensor);
  }

  /** Operators that only rename cost no step, but a model may have very many of them. */
  #spend(elements: number): void {
    this.#elements += elements + 1;
    if (this.#elements > elementsOfAllMax) throw new Refusal('graph', '', 'its values are too many to be compiled');
  }

  #spendTable(labels: LabelTensor['labels']): void {
    if (this.#tables.has(labels)) return;
    this.#tables.add(labels);
    this.#spend(labels.length);
  }

  #asLanes(node: OnnxNode, name: string, stored: OnnxTensor): Tensor {
    const { type, dims } = stored;
    refuseLargeIntegers(node, stored);
    const values = valuesOf(stored);
    if (countOf(dims) !== values.length) throw refuse(node, `constant ${JSON.stringify(name)} has another size`);
    if (values.length > constantLanesMax) throw refuse(node, `a constant of ${values.length} values is an operand`);
    const tensor = this.#constantTensor(type, dims, values);
    if (tensor === null) throw refuse(node, `constant ${JSON.stringify(name)} is of type ${type}`);
    this.tensors.set(name, tensor);
    return tensor;
  }

  #constantTensor(type: OnnxTensor['type'], dims: readonly number[], values: Constant['values']): Tensor | null {
    switch (type) {
      case 'string': {
        const places = new Map<string, number>();
        for (const text of values) if (!places.has(String(text))) places.set(String(text), places.size);
        const lanes = this.constantLanes(values.map((text) => places.get(String(text)) ?? 0));
        return { type: 'label', dims, lanes, labels: [...places.keys()] };
      }
      case 'float32':
      case 'float64':
      case 'int64':
      case 'int32':
      case 'bool':
        return { type, dims, lanes: this.constantLanes(values.map(Number)) };
      default:
        return null;
    }
  }

  #decoded(node: OnnxNode, tensor: LabelTensor): NumberTensor {
    const table = tensor.labels.map((label) => (typeof label === 'number' ? label : null));
    if (!table.every((label) => label !== null)) throw refuse(node, 'input is text');
    const lanes = this.add({ op: 'lookup', inputs: tensor.lanes, table }, tensor.lanes.length);
    return { type: tensor.numbers ?? 'int64', dims: tensor.dims, lanes };
  }
}

/** A number that is not the integer of the file would compare and add otherwise, without a word. */
export function refuseLargeIntegers(node: OnnxNode, { name, data }: OnnxTensor): void {
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return;
  const large = data.find((value) => !Number.isSafeInteger(Number(value)));
  if (large !== undefined) throw refuse(node, `constant ${JSON.stringify(name)} holds ${large}, beyond 2^53`);
}

/** Integers of 64 bit as numbers: beyond 2^53 they are rounded. */
function valuesOf({ data }: OnnxTensor): readonly (number | string)[] {
  return Array.from(data as ArrayLike<number | bigint | string>, (value) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
}
