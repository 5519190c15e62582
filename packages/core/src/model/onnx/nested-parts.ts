import { externalData } from './external-data.ts';
import { onnxLimits } from './limits.ts';
import { bytesField, damaged, readMessage, textField } from './wire.ts';

/** Told of every operator inside: of which domain, and its name. */
export type OperatorVisitor = (domain: string, opType: string) => void;

/**
 * Looks through an attribute that is kept as bytes: subgraphs (of If, Loop, Scan), lists of tensors, sparse tensors.
 * They are run by ONNX Runtime only, but it must not be sent for other files, nor down without end. Raises
 * ARTIFACT_UNSUPPORTED for values in another file, and Damage.
 */
export function visitAttribute(bytes: Uint8Array, visit: OperatorVisitor, depth = 0): void {
  readMessage(bytes, 'attribute', (reader, field, wire) => {
    const part = attributeParts.get(field);
    if (part === undefined) return false;
    const value = bytesField(reader, wire);
    if (part === 'graph') visitGraph(value, visit, depth + 1);
    else if (part === 'tensor') visitTensor(value);
    else visitSparse(value);
    return true;
  });
}

/** The fields of AttributeProto that hold values or graphs. */
const attributeParts: ReadonlyMap<number, 'graph' | 'tensor' | 'sparse'> = new Map([
  [5, 'tensor'],
  [6, 'graph'],
  [10, 'tensor'],
  [11, 'graph'],
  [22, 'sparse'],
  [23, 'sparse'],
]);

function visitGraph(bytes: Uint8Array, visit: OperatorVisitor, depth: number): void {
  if (depth > onnxLimits.depthMax) damaged(`its graphs nest deeper than ${onnxLimits.depthMax}`);
  readMessage(bytes, 'graph', (reader, field, wire) => {
    if (field === 1) visitNode(bytesField(reader, wire), visit, depth);
    else if (field === 5) visitTensor(bytesField(reader, wire));
    else if (field === 15) visitSparse(bytesField(reader, wire));
    else return false;
    return true;
  });
}

/** A NodeProto: its operator, and those inside of its attributes. */
export function visitNode(bytes: Uint8Array, visit: OperatorVisitor, depth = 0): void {
  let domain = '';
  let opType = '';
  readMessage(bytes, 'node', (reader, field, wire) => {
    if (field === 4) opType = textField(reader, wire);
    else if (field === 7) domain = textField(reader, wire);
    else if (field === 5) visitAttribute(bytesField(reader, wire), visit, depth);
    else return false;
    return true;
  });
  visit(domain === 'ai.onnx' ? '' : domain, opType);
}

function visitTensor(bytes: Uint8Array): void {
  let name = '';
  let isExternal = false;
  readMessage(bytes, 'tensor', (reader, field, wire) => {
    if (field === 8) name = textField(reader, wire);
    else if (field === 13) isExternal = bytesField(reader, wire).length >= 0;
    else if (field === 14) isExternal = reader.int32() !== 0 || isExternal;
    else return false;
    return true;
  });
  if (isExternal) throw externalData(name, 'a tensor inside of an attribute');
}

/** SparseTensorProto: values and indices. */
export function visitSparse(bytes: Uint8Array): void {
  readMessage(bytes, 'sparse_tensor', (reader, field, wire) => {
    if (field !== 1 && field !== 2) return false;
    visitTensor(bytesField(reader, wire));
    return true;
  });
}
