import { checkNames } from './check-names.ts';
import { tooLarge } from './damage.ts';
import { decodeNode } from './decode-node.ts';
import { decodeTensor } from './decode-tensor.ts';
import { decodeValueInfo } from './decode-value-info.ts';
import { onnxLimits } from './limits.ts';
import { visitSparse } from './nested-parts.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor, OnnxValueInfo } from './types.ts';
import { type BinaryReader, bytesField, damaged, fieldBytes, readMessage, textField, type WireType } from './wire.ts';

/** Reads a GraphProto. Inputs that have an initializer are constants and are left out of `inputs`. */
export function decodeGraph(bytes: Uint8Array): OnnxGraph {
  const fields = new GraphFields();
  const rest = readMessage(bytes, 'graph', (reader, field, wire) => fields.read(reader, field, wire));
  const { name, nodes, initializers, outputs } = fields;
  const others = [...fields.others, ...rest];
  const inputs = fields.inputs.filter((input) => !initializers.has(input.name) && !fields.otherNames.has(input.name));
  const graph = { name, nodes, initializers, inputs, outputs };
  checkNames(graph, fields.otherNames);
  return others.length === 0 ? graph : { ...graph, rest: others };
}

class GraphFields {
  name = '';
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, OnnxTensor>();
  readonly inputs: OnnxValueInfo[] = [];
  readonly outputs: OnnxValueInfo[] = [];
  /** Initializers of element types that Slipway doesn't read, as fields of the graph. */
  readonly others: Uint8Array[] = [];
  readonly otherNames = new Set<string>();

  read(reader: BinaryReader, field: number, wire: WireType): boolean {
    switch (field) {
      case 1:
        atMost(this.nodes.length, onnxLimits.nodesMax, 'nodes');
        this.nodes.push(decodeNode(bytesField(reader, wire), `node[${this.nodes.length}]`));
        return true;
      case 2:
        this.name = textField(reader, wire);
        return true;
      case 5:
        this.#initializer(bytesField(reader, wire));
        return true;
      case 15:
        this.#sparse(bytesField(reader, wire));
        return true;
      case 11:
        atMost(this.inputs.length, onnxLimits.valuesMax, 'inputs');
        this.inputs.push(decodeValueInfo(bytesField(reader, wire), `input[${this.inputs.length}]`));
        return true;
      case 12:
        atMost(this.outputs.length, onnxLimits.valuesMax, 'outputs');
        this.outputs.push(decodeValueInfo(bytesField(reader, wire), `output[${this.outputs.length}]`));
        return true;
      default:
        return false;
    }
  }

  #initializer(bytes: Uint8Array): void {
    const count = this.initializers.size + this.otherNames.size;
    atMost(count, onnxLimits.initializersMax, 'initializers');
    const decoded = decodeTensor(bytes, `initializer[${count}]`);
    if (decoded.kind === 'other') {
      this.#other(decoded.name, 5, bytes);
    } else {
      this.#expectFree(decoded.tensor.name);
      this.initializers.set(decoded.tensor.name, decoded.tensor);
    }
  }

  /** A SparseTensorProto is named by its values. */
  #sparse(bytes: Uint8Array): void {
    let name = '';
    visitSparse(bytes);
    readMessage(bytes, 'sparse_initializer', (reader, field, wire) => {
      if (field !== 1) return false;
      readMessage(bytesField(reader, wire), 'values', (inner, innerField, innerWire) => {
        if (innerField !== 8) return false;
        name = textField(inner, innerWire);
        return true;
      });
      return true;
    });
    this.#other(name, 15, bytes);
  }

  #other(name: string, field: number, bytes: Uint8Array): void {
    this.#expectFree(name);
    this.otherNames.add(name);
    this.others.push(fieldBytes(field, bytes));
  }

  #expectFree(name: string): void {
    if (name === '' || this.initializers.has(name) || this.otherNames.has(name))
      damaged('an initializer has no name, or one that is taken');
  }
}

function atMost(count: number, max: number, what: string): void {
  if (count >= max) throw tooLarge(`The graph has more than ${max} ${what}.`, 'graph');
}
