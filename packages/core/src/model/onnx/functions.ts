import { visitAttribute, visitNode } from './nested-parts.ts';
import type { OnnxModel, OnnxNode } from './types.ts';
import { bytesField, readMessage, textField } from './wire.ts';

/** Field of ModelProto. */
const functionsField = 25;

/** An operator: its name, with its domain before it unless that is the default one. */
export type Operator = string;

/** The functions that a model brings itself, each with the operators that it runs. Overloads count together. */
export function readFunctions({ rest = [] }: OnnxModel): ReadonlyMap<Operator, readonly Operator[]> {
  const functions = new Map<Operator, readonly Operator[]>();
  for (const bytes of rest) {
    readMessage(bytes, 'model', (reader, field, wire) => {
      if (field !== functionsField) return false;
      const { operator, calls } = readFunction(bytesField(reader, wire));
      functions.set(operator, [...(functions.get(operator) ?? []), ...calls]);
      return true;
    });
  }
  return functions;
}

/** The operators that a node of the graph runs: its own, and those of its subgraphs. */
export function callsOf(node: OnnxNode): Operator[] {
  const calls = [operatorName(node.domain, node.opType)];
  for (const attribute of node.attributes.values()) {
    if (attribute.type !== 'opaque') continue;
    visitAttribute(attribute.value, (domain, opType) => calls.push(operatorName(domain, opType)));
  }
  return calls;
}

/** A FunctionProto: its name and what it calls. */
function readFunction(bytes: Uint8Array): { operator: Operator; calls: readonly Operator[] } {
  const head = { name: '', domain: '' };
  const calls: Operator[] = [];
  readMessage(bytes, 'function', (reader, field, wire) => {
    if (field === 1) head.name = textField(reader, wire);
    else if (field === 10) head.domain = textField(reader, wire);
    else if (field === 7) {
      visitNode(bytesField(reader, wire), (domain, opType) => calls.push(operatorName(domain, opType)));
    } else return false;
    return true;
  });
  return { operator: operatorName(head.domain === 'ai.onnx' ? '' : head.domain, head.name), calls };
}

function operatorName(domain: string, opType: string): Operator {
  return domain === '' ? opType : `${domain}.${opType}`;
}
